/** Names for stores, of what can have any. */

import { createHash } from "node:crypto";

/** A name of 32 letters and digits for any text. */
export function digest(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 32);
}
