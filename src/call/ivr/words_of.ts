/** What was said, as words that can be compared. */

/**
 * The words of a text in lower case, without accents and punctuation.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wordsOf } from "@sofia/phone/call";
 *
 * assert.deepEqual(wordsOf("Fünf, s'il vous plaît!"), ["funf", "s", "il", "vous", "plait"]);
 * ```
 */
export function wordsOf(text: string): string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[\p{L}\p{N}]+|[*#]/gu) ?? [];
}
