/** Numbers that are being read out. */

import { listOf } from "./words.ts";

/** English words for digits and what stands between them, and how many digits each stands for. */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...listOf("zero oh one two three four five six seven eight nine").map((w) => [w, 1] as const),
  ...listOf("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
    .map((word) => [word, 2] as const),
  ...listOf("twenty thirty forty fifty sixty seventy eighty ninety").map((w) => [w, 1] as const),
  ...listOf("double triple hundred thousand dash hyphen").map((word) => [word, 1] as const),
]);

/**
 * How many digits the words end with: "my number is oh one seven 55" ends with five.
 *
 * @param words as `wordsOf` gives them
 */
export function trailingDigits(words: readonly string[]): number {
  let digits = 0;
  for (let i = words.length - 1; i >= 0; i--) {
    const inWord = /^\p{N}/u.test(words[i])
      ? words[i].replace(/\P{N}/gu, "").length
      : DIGITS.get(words[i]);
    if (inWord === undefined) break;
    digits += inWord;
  }
  return digits;
}
