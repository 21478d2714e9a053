/** Digits that a caller presses or says: a pin, a number, a card. */

import type { MaybePromise } from "../../backend/mod.ts";
import { countedKeys } from "./counted_keys.ts";
import type { DigitTimes } from "./digit_collector.ts";
import type { MenuLanguage } from "./languages.ts";
import type { MenuPrompt } from "./menu_prompt.ts";
import { ask, type Asking } from "./question.ts";
import { spokenDigits } from "./spoken_digits.ts";

/** How digits are collected. */
export interface CollectDigitsOptions extends DigitTimes {
  /** The question. @default none: the caller knows already what to press */
  readonly prompt?: MenuPrompt;
  /** The fewest digits. @default 1 */
  readonly min?: number;
  /** The most; the last one ends them. @default 32 */
  readonly max?: number;
  /** The keys that count. @default "0123456789" */
  readonly allowed?: string;
  /** Keys that end the digits sooner. @default "#" */
  readonly terminators?: string;
  /** Keys that take back what was pressed. @default none */
  readonly erase?: string;
  /** Whether digits are right, beyond how many they are. @default all are */
  readonly isValid?: (digits: string) => MaybePromise<boolean>;
  /** How often it is asked for. @default 1 */
  readonly tries?: number;
  /** Said before it is asked for again when nothing came. @default in the language */
  readonly noInput?: MenuPrompt;
  /** Said before it is asked for again when what came was wrong. @default in the language */
  readonly invalid?: MenuPrompt;
  /** Forgets what was pressed before. @default false */
  readonly flush?: boolean;
  /**
   * Keeps the digits that are pressed out of logs, events and recordings. What is said stands in the
   * history all the same: what is secret is better not asked for with `speech`.
   * @default false
   */
  readonly mask?: boolean;
  /** Takes digits that are said as well; the backend understands them. @default false */
  readonly speech?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** What was collected. */
export interface CollectedDigits {
  /**
   * `invalid`: what came was wrong or too short; `no-input`: nothing came; `stopped`: the signal fired;
   * `ended`: the call is over.
   */
  readonly outcome: "collected" | "invalid" | "no-input" | "stopped" | "ended";
  /** The digits, also where they are invalid. */
  readonly digits: string;
  /** The key that ended them. */
  readonly terminator?: string;
  /** How they were given. */
  readonly by?: "keys" | "speech";
  /** How often they were asked for. */
  readonly tries: number;
}

/** Collects digits by what a menu or a call asks with. */
export async function collectDigits(
  options: CollectDigitsOptions,
  language: MenuLanguage,
  asking: Asking,
): Promise<CollectedDigits> {
  const { tries = 1, flush = false, mask = false, isValid = () => true } = options;
  const { noInput = language.noInput, invalid = language.invalid } = options;
  const { outcome, given, ...others } = await ask<string>({
    ...options,
    noInput,
    invalid,
    tries,
    flush,
    mask,
    grammar: countedKeys(options),
    read: async (keys) => await isValid(keys) ? keys : undefined,
    hear: (text) => {
      const keys = spokenDigits(text, language);
      return keys === undefined ? "wrong" : { keys };
    },
  }, asking);
  const { terminator, by } = others;
  return {
    outcome: outcome === "answered" ? "collected" : outcome,
    digits: given,
    ...(terminator !== undefined && { terminator }),
    ...(by !== undefined && { by }),
    tries: others.tries,
  };
}
