/** Comparing secrets. */

import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether two texts are the same, in a time that says nothing of either: their digests are compared, so
 * that the length does not show, nor how far they are alike.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSameSecret } from "@sofia/phone/door";
 *
 * assert(isSameSecret("a", "a"));
 * assert(!isSameSecret("a", "ab"));
 * ```
 */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
