/** How full a disk is. */

import { statfs } from "node:fs/promises";

/** The share, 0 to 1, that is free of the disk a folder is on. Rejects as the system does. */
export async function freeShareOf(folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder);
  return bavail / blocks;
}
