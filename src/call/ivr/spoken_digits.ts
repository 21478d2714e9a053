/** Digits that were said. */

import type { MenuLanguage } from "./languages.ts";
import { wordsOf } from "./words_of.ts";

/** How much may be said beside the digits. */
export interface SpokenDigitsOptions {
  /**
   * With `some`, words of other meaning may be said, as long as they are no more than the digits: "my pin
   * is four one two two". With `none`, only what is said around a digit anyway: "press two, please".
   * @default "some"
   */
  readonly otherWords?: "some" | "none";
}

/**
 * The keys that are meant by `text`; undefined where it is something else.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LANGUAGES, spokenDigits } from "@sofia/phone/call";
 *
 * assert.equal(spokenDigits("Four one, double two.", LANGUAGES.en), "4122");
 * assert.equal(spokenDigits("two hundred", LANGUAGES.en), undefined);
 * ```
 */
export function spokenDigits(
  text: string,
  language: MenuLanguage,
  options: SpokenDigitsOptions = {},
): string | undefined {
  const { otherWords = "some" } = options;
  const words = wordsOf(text);
  if (words.length === 1 && Object.hasOwn(language.soundsLike, words[0])) {
    return language.soundsLike[words[0]];
  }
  let [keys, found, unknown, times] = ["", 0, 0, 1];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (language.others.includes(word)) return undefined;
    if (Object.hasOwn(language.times, word)) {
      times = language.times[word];
      continue;
    }
    let digits = digitsOf(word, language);
    if (digits === undefined && Object.hasOwn(language.tens, word)) {
      const unit = digitsOf(words[at + 1] ?? "", language);
      const isUnit = unit !== undefined && /^[1-9]$/.test(unit);
      digits = language.tens[word] + (isUnit ? unit : "0");
      if (isUnit) at++;
    }
    if (digits !== undefined) [keys, found] = [keys + digits.repeat(times), found + 1];
    else if (!language.around.includes(word)) unknown++;
    times = 1;
  }
  const most = otherWords === "some" ? found : 0;
  return found === 0 || unknown > most ? undefined : keys;
}

function digitsOf(word: string, { digits, numbers }: MenuLanguage): string | undefined {
  if (/^([0-9]+|[*#])$/.test(word)) return word;
  if (Object.hasOwn(digits, word)) return digits[word];
  return Object.hasOwn(numbers, word) ? numbers[word] : undefined;
}
