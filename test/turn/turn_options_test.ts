import { describe, expect, test } from "bun:test";
import { TurnDetector, type TurnOptions } from "../../src/turn/mod.ts";

describe("TurnDetector", () => {
  const wrong: [unknown, string][] = [
    [null, "Cannot detect turns as turns is an object with options: current value is null"],
    [{ endMs: "500" }, "Cannot detect turns as endMs is above 0 ms: current value is 500"],
    [{ longestMs: NaN }, "Cannot detect turns as longestMs is above 0 ms: current value is NaN"],
    [
      { bargeIn: "off" },
      'Cannot detect turns as bargeIn is an object with options, as { mode: "off" }: current value is off',
    ],
    [
      { bargeIn: { mode: "ducking" } },
      "Cannot decide on barge-in as mode is off, duck or immediate: current value is ducking",
    ],
    [
      { bargeIn: { confirmMs: "400" } },
      "Cannot decide on barge-in as confirmMs is above 0 ms: current value is 400",
    ],
    [
      { bargeIn: { backchannels: "yes" } },
      "Cannot detect turns as bargeIn.backchannels is a list of texts: current value is yes",
    ],
    [{ language: 5 }, "Cannot detect turns as language is a BCP 47 tag, as en: current value is 5"],
    [
      { predictor: {} },
      "Cannot detect turns as predictor is an object with a method predict: current value is",
    ],
    [{ onEvent: 5 }, "Cannot detect turns as onEvent is a function: current value is 5"],
  ];
  test.each(wrong)("refuses %j, and says what to change", (options, message) => {
    expect(() => new TurnDetector(options as TurnOptions)).toThrow(message);
  });
});
