/** Yes or no. */

import { choiceOfKeys } from "./choice_of_keys.ts";
import type { DigitTimes } from "./digit_collector.ts";
import type { MenuLanguage } from "./languages.ts";
import type { MenuPrompt } from "./menu_prompt.ts";
import { type Answer, ask, type Asking } from "./question.ts";
import { spokenChoice } from "./spoken_choice.ts";

/** How a caller is asked yes or no. */
export interface ConfirmOptions extends DigitTimes {
  /** The question; it names the keys. */
  readonly prompt: MenuPrompt;
  /** The keys for yes and for no. @default ["1", "2"] */
  readonly keys?: readonly [yes: string, no: string];
  /** How often it is asked. @default 3 */
  readonly tries?: number;
  /** Said before it is asked again when nothing came. @default in the language */
  readonly noInput?: MenuPrompt;
  /** Said before it is asked again when what came was neither. @default in the language */
  readonly invalid?: MenuPrompt;
  /** Forgets what was pressed before: who hears a sum should not have agreed to it already. @default true */
  readonly flush?: boolean;
  /** Takes words as well; the backend understands them. @default false */
  readonly speech?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Asks by what a menu or a call asks with. */
export async function confirm(
  options: ConfirmOptions,
  language: MenuLanguage,
  asking: Asking,
): Promise<Answer<boolean>> {
  const { keys = ["1", "2"], tries = 3, flush = true } = options;
  const { noInput = language.noInput, invalid = language.invalid } = options;
  const [yes, no] = keys;
  const choices = [{ key: yes, says: language.yes }, { key: no, says: language.no }];
  return await ask<boolean>({
    ...options,
    noInput,
    invalid,
    tries,
    flush,
    mask: false,
    bareTerminator: "ignored",
    grammar: choiceOfKeys(keys),
    read: (pressed) => pressed === yes,
    hear: (text) => {
      const said = spokenChoice(text, choices, language);
      return said === undefined ? "wrong" : { answer: said === 0 };
    },
  }, asking);
}
