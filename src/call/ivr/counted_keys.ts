/** A number of keys: of a pin, a card, an account. */

import type { KeyGrammar } from "./key_grammar.ts";

/** How many keys, and which. */
export interface CountedKeysOptions {
  /** The fewest. @default 1 */
  readonly min?: number;
  /** The most. @default 32 */
  readonly max?: number;
  /** The keys that count. @default "0123456789" */
  readonly allowed?: string;
}

/**
 * Takes from `min` to `max` keys.
 *
 * @throws {RangeError} when no row of keys can be right
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { countedKeys } from "@sofia/phone/call";
 *
 * const pin = countedKeys({ min: 3, max: 4 });
 * assert.deepEqual(["12", "123", "1234", "1*"].map(pin.judge), ["partial", "open", "whole", "wrong"]);
 * ```
 */
export function countedKeys(options: CountedKeysOptions = {}): KeyGrammar {
  const { min = 1, max = Math.max(32, min), allowed = "0123456789" } = options;
  if (!Number.isInteger(min) || min < 0) throw impossible("min is a whole number from 0", min);
  if (!Number.isInteger(max) || max < 1) throw impossible("max is a whole number from 1", max);
  if (max < min) throw impossible(`max is not below min, ${min}`, max);
  if (!/^[0-9*#A-D]+$/.test(allowed)) throw impossible("keys are 0-9, *, # and A-D", allowed);
  return {
    judge(keys) {
      if (keys.length > max || [...keys].some((key) => !allowed.includes(key))) return "wrong";
      if (keys.length < min) return "partial";
      return keys.length === max ? "whole" : "open";
    },
  };
}

function impossible(rule: string, value: unknown): RangeError {
  return new RangeError(`Cannot collect digits as ${rule}: current value is ${value}`);
}
