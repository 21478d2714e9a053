/** Names for what must not be mixed up. */

import type { Random } from "./random.ts";

/**
 * A random UUID, version 4 of RFC 9562. Nobody can guess it, if nobody can guess `random`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SystemRandom, uuid } from "@sofia/phone/clock";
 *
 * assert.match(uuid(new SystemRandom()), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
 * ```
 */
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
