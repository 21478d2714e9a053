/** Checks of the options of turns, which are written by users and not always with types. */

import type { TurnOptions } from "./turn_options.ts";

const MODES: readonly unknown[] = ["off", "duck", "immediate"];

/**
 * Makes sure that what is no time in the options of turns can be: `turnTimes` and `BargeIn` look at
 * the times.
 *
 * @throws {RangeError | TypeError} if it cannot; it says which option is wrong, and what it is
 */
export function requireTurnOptions(options: TurnOptions): void {
  check(isObject(options), "turns", "an object with options", options);
  const { bargeIn = {}, language, predictor, onEvent } = options;
  check(isObject(bargeIn), "bargeIn", 'an object with options, as { mode: "off" }', bargeIn);
  const { mode = "duck", backchannels = [] } = bargeIn;
  if (!MODES.includes(mode)) {
    throw new RangeError(
      `Cannot decide on barge-in as mode is off, duck or immediate: current value is ${mode}`,
    );
  }
  const areTexts = Array.isArray(backchannels) &&
    backchannels.every((text) => typeof text === "string");
  check(areTexts, "bargeIn.backchannels", "a list of texts", backchannels);
  const isTag = language === undefined || typeof language === "string";
  check(isTag, "language", "a BCP 47 tag, as en", language);
  const canPredict = predictor === undefined || typeof predictor?.predict === "function";
  check(canPredict, "predictor", "an object with a method predict", predictor);
  const canTell = onEvent === undefined || typeof onEvent === "function";
  check(canTell, "onEvent", "a function", onEvent);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function check(isRight: boolean, name: string, rule: string, value: unknown): void {
  if (isRight) return;
  throw new TypeError(`Cannot detect turns as ${name} is ${rule}: current value is ${value}`);
}
