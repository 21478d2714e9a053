import { describe, expect, test } from "bun:test";
import {
  choiceOfKeys,
  countedKeys,
  DigitCollector,
  type Digits,
  type KeyGrammar,
} from "../../../src/call/mod.ts";
import { SeededRandom } from "../../../src/clock/mod.ts";

const TIMES = { firstDigitMs: 5000, interDigitMs: 2000, totalMs: 20_000, speechMs: 8000 };

/** Presses `keys`, half a second apart from `at` on, and waits for what comes of it. */
function collect(
  grammar: KeyGrammar,
  keys: string,
  options: Partial<ConstructorParameters<typeof DigitCollector>[0]> = {},
): Digits & { readonly at: number; readonly used: number } {
  const collector = new DigitCollector({ grammar, ...TIMES, ...options }, 0);
  for (const [index, key] of [...keys].entries()) {
    const at = 500 * (index + 1);
    const early = collector.expire(at);
    if (early !== undefined) throw new Error(`time was up at ${at}`);
    const digits = collector.push(key, at);
    if (digits !== undefined) return { ...digits, at, used: index + 1 };
  }
  const at = collector.dueAt;
  expect(collector.expire(at - 1)).toBe(undefined);
  return { ...collector.expire(at)!, at, used: keys.length };
}

describe("DigitCollector", () => {
  const choice = choiceOfKeys(["1", "12", "2", "*"]);
  const pin = countedKeys({ min: 2, max: 4 });

  test.each([
    ["a key that is all", "2", "match", "2", "keys", 500],
    ["a key that could go on, when time is up", "1", "match", "1", "inter-digit", 2500],
    ["the longer one of two", "12", "match", "12", "keys", 1000],
    ["a terminator, which decides at once", "1#", "match", "1", "terminator", 1000],
    ["what begins right and goes on wrong", "13", "invalid", "13", "keys", 1000],
    ["what is wrong from the start", "7", "invalid", "7", "keys", 500],
    ["nothing", "", "no-input", "", "first-digit", 5000],
    ["a star that is an option and no terminator", "*", "match", "*", "keys", 500],
  ])("among choices takes %s", (_, pressed, outcome, keys, by, at) => {
    expect(collect(choice, pressed)).toMatchObject({ outcome, keys, by, at });
  });

  test.each([
    ["the most digits at once", "1234", "match", "1234", "keys", 2000],
    ["fewer with a terminator", "12#", "match", "12", "terminator", 1500],
    ["fewer when time is up", "123", "match", "123", "inter-digit", 3500],
    ["too few as wrong, with a terminator", "1#", "invalid", "1", "terminator", 1000],
    ["too few as wrong, when time is up", "1", "invalid", "1", "inter-digit", 2500],
    ["the terminator alone as wrong", "#", "invalid", "", "terminator", 500],
    ["a key that is no digit as wrong", "1A", "invalid", "1A", "keys", 1000],
  ])("among numbers takes %s", (_, pressed, outcome, keys, by, at) => {
    expect(collect(pin, pressed)).toMatchObject({ outcome, keys, by, at });
  });

  test("leaves what comes after the last digit to whoever asks next", () => {
    expect(collect(pin, "123456")).toMatchObject({ keys: "1234", used: 4 });
  });

  test("takes nothing for an answer where it may be one and was confirmed, and not else", () => {
    const optional = countedKeys({ min: 0, max: 3 });
    expect(collect(optional, "#")).toMatchObject({ outcome: "match", keys: "", terminator: "#" });
    expect(collect(optional, "")).toMatchObject({ outcome: "no-input" });
  });

  test("passes over a terminator alone where it is a habit", () => {
    const options = { bareTerminator: "ignored" } as const;
    expect(collect(choice, "#2", options)).toMatchObject({ outcome: "match", keys: "2" });
    expect(collect(choice, "#", options)).toMatchObject({ outcome: "no-input", at: 5500 });
  });

  test("takes back what was pressed, and waits again", () => {
    const digits = collect(pin, "99*1234", { erase: "*" });
    expect(digits).toMatchObject({ outcome: "match", keys: "1234", used: 7 });
  });

  test("ends when it has taken too long in all, however fast the keys come", () => {
    const grammar = countedKeys({ min: 1, max: 32 });
    expect(collect(grammar, "12345678", { totalMs: 4100 }))
      .toMatchObject({ outcome: "match", keys: "12345678", by: "total", at: 4100 });
    expect(collect(choiceOfKeys(["123456789"]), "12345678", { totalMs: 4100 }))
      .toMatchObject({ outcome: "invalid", by: "total" });
  });

  test("waits for words that were begun, but not for ever", () => {
    const collector = new DigitCollector({ grammar: choice, ...TIMES }, 0);
    collector.speaks(4000);
    expect(collector.expire(5000)).toBe(undefined);
    expect(collector.dueAt).toBe(12_000);
    expect(collector.expire(12_000)).toMatchObject({ outcome: "no-input", by: "speech" });
    collector.wait(12_000);
    expect(collector.dueAt).toBe(17_000);
  });

  test.each([["firstDigitMs", 0], ["interDigitMs", -1], ["totalMs", NaN], ["speechMs", 0]])(
    "refuses %s of %d",
    (name, ms) => {
      expect(() => new DigitCollector({ grammar: choice, [name]: ms }, 0))
        .toThrow(`Cannot collect digits as ${name} is above 0: current value is ${ms}`);
    },
  );

  test("holds for all keys: it never waits past its end, nor takes what its grammar refuses", () => {
    const random = new SeededRandom(7);
    const pick = (text: string) => text[random.uint32() % text.length];
    for (let round = 0; round < 2000; round++) {
      const choices = Array.from(
        { length: 1 + random.uint32() % 5 },
        () => Array.from({ length: 1 + random.uint32() % 3 }, () => pick("123")).join(""),
      );
      const grammar = round % 2 === 0
        ? choiceOfKeys(choices)
        : countedKeys({ min: round % 3, max: 3 + round % 3 });
      const collector = new DigitCollector({ grammar, ...TIMES }, 0);
      let [at, pressed, digits]: [number, string, Digits | undefined] = [0, "", undefined];
      while (digits === undefined) {
        at += random.uint32() % 3000;
        digits = collector.expire(at);
        if (digits !== undefined) break;
        const key = pick("1234#");
        pressed += key;
        digits = collector.push(key, at);
      }
      expect(at).toBeLessThan(TIMES.totalMs + 3000);
      expect(pressed.startsWith(digits.keys)).toBe(true);
      const verdict = grammar.judge(digits.keys);
      if (digits.outcome === "match") expect(["open", "whole"]).toContain(verdict);
      else expect(["partial", "wrong", "open"]).toContain(verdict);
      if (digits.outcome === "invalid") expect(["partial", "wrong"]).toContain(verdict);
    }
  });
});

describe("countedKeys", () => {
  test.each([
    [{ min: -1 }, "min is a whole number from 0: current value is -1"],
    [{ min: 1.5 }, "min is a whole number from 0: current value is 1.5"],
    [{ max: 0 }, "max is a whole number from 1: current value is 0"],
    [{ min: 5, max: 4 }, "max is not below min, 5: current value is 4"],
    [{ allowed: "12x" }, "keys are 0-9, *, # and A-D: current value is 12x"],
  ])("refuses %o", (options, why) => {
    expect(() => countedKeys(options)).toThrow(`Cannot collect digits as ${why}`);
  });

  test("takes the keys that are allowed, and as many as is asked", () => {
    const long = countedKeys({ min: 40, allowed: "*" });
    expect(long.judge("*".repeat(39))).toBe("partial");
    expect(long.judge("*".repeat(40))).toBe("whole");
    expect(long.judge("1")).toBe("wrong");
  });
});
