/** Which of several options was said. */

import type { MenuLanguage } from "./languages.ts";
import { spokenDigits } from "./spoken_digits.ts";
import { wordsOf } from "./words_of.ts";

/** An option that can be pressed or said. */
export interface SpokenOption {
  /** Its keys, which can be said too. */
  readonly key?: string;
  /** Words for it. */
  readonly says?: readonly string[];
}

/**
 * The place in `options` of the one that was said, undefined for none, and also where several were.
 *
 * The longest words count: of "not right" and "right" it is the first that was said.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LANGUAGES, spokenChoice } from "@sofia/phone/call";
 *
 * const options = [{ key: "1", says: ["sales"] }, { key: "2", says: ["help", "support"] }];
 * assert.equal(spokenChoice("I need some help, please.", options, LANGUAGES.en), 1);
 * assert.equal(spokenChoice("Number one.", options, LANGUAGES.en), 0);
 * assert.equal(spokenChoice("Sales or support?", options, LANGUAGES.en), undefined);
 * ```
 */
export function spokenChoice(
  text: string,
  options: readonly SpokenOption[],
  language: MenuLanguage,
): number | undefined {
  const words = wordsOf(text);
  let best: { readonly at: number; readonly length: number } | undefined;
  let isClear = true;
  for (const [at, { says = [] }] of options.entries()) {
    const length = Math.max(0, ...says.map(wordsOf).map((said) => isIn(said, words)));
    if (length === 0) continue;
    if (best !== undefined && length === best.length) isClear = false;
    if (best !== undefined && length <= best.length) continue;
    [best, isClear] = [{ at, length }, true];
  }
  if (best !== undefined) return isClear ? best.at : undefined;
  const keys = spokenDigits(text, language, { otherWords: "none" });
  const byKey = options.findIndex(({ key }) => key !== undefined && key === keys);
  return byKey === -1 ? undefined : byKey;
}

/** How many words these are, if they follow each other in `words`; else 0. */
function isIn(said: readonly string[], words: readonly string[]): number {
  const isThere = words.some((_, from) => said.every((word, at) => words[from + at] === word));
  return isThere ? said.length : 0;
}
