/** Names for what must not be mixed up. */

import type { Random } from "../clock/mod.ts";

/** A random UUID, version 4 of RFC 9562. */
export function uuid(random: Random): string {
  const words = Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, "0"));
  const hex = words.join("");
  const variant = "89ab"[Number.parseInt(hex[16], 16) & 3];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}
