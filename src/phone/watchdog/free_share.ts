/** How full a disk is. */

import { statfs } from "node:fs/promises";

/**
 * The share, 0 to 1, that is free of the disk a folder is on; 1 where it has no size, as some that are no
 * disks. Rejects as the system does.
 */
export async function freeShareOf(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return blocks === 0 ? 1 : bavail / blocks;
}
