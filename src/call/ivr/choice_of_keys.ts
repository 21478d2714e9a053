/** One of several rows of keys: the options of a menu. */

import type { KeyGrammar } from "./key_grammar.ts";

/**
 * Takes one of `choices`. Where one begins another, as `1` and `12` do, time decides.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { choiceOfKeys } from "@sofia/phone/call";
 *
 * const menu = choiceOfKeys(["1", "12", "2"]);
 * assert.deepEqual(["", "1", "12", "13"].map(menu.judge), ["partial", "open", "whole", "wrong"]);
 * ```
 */
export function choiceOfKeys(choices: readonly string[]): KeyGrammar {
  return {
    judge(keys) {
      const isChoice = keys !== "" && choices.includes(keys);
      const isBeginning = keys === "" ||
        choices.some((choice) => choice.length > keys.length && choice.startsWith(keys));
      if (isChoice) return isBeginning ? "open" : "whole";
      return isBeginning ? "partial" : "wrong";
    },
  };
}
