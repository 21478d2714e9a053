import { describe, expect, test } from "bun:test";
import { EslEvent, parsePlainEvent } from "../../src/esl/mod.ts";

/** The value of a header whose bytes are the characters of `text`. */
function valueOf(text: string): string | undefined {
  const bytes = Uint8Array.from(`Name: ${text}\n\n`, (char) => char.charCodeAt(0));
  return new EslEvent(parsePlainEvent(bytes)).get("Name");
}

describe("a header's value", () => {
  test.each([
    ["plain", "plain"],
    ["a%20b%2Bc", "a b+c"],
    ["%E9", "\u00e9"],
    ["Zo%C3%AB", "Zo\u00eb"],
    ["Zo%EB", "Zo\u00eb"],
    ["Zo\xc3\xab", "Zo\u00eb"],
    ["Zo\xeb", "Zo\u00eb"],
    ["100%", "100%"],
    ["%", "%"],
    ["%%41", "%A"],
    ["%4", "%4"],
    ["%zz%41", "%zzA"],
    ["%F0%9F%98%80", "\u{1f600}"],
    ["%F0%9F%98", "\u00f0\u009f\u0098"],
    ["%C3%AB%EB%C3%AB", "\u00eb\u00eb\u00eb"],
    ["%ED%A0%80", "\u00ed\u00a0\u0080"],
    ["%C0%80", "\u00c0\u0080"],
    ["%E0%80%80", "\u00e0\u0080\u0080"],
    ["%F4%90%80%80", "\u00f4\u0090\u0080\u0080"],
    ["%F5%80%80%80", "\u00f5\u0080\u0080\u0080"],
    ["%00%0A%0D", "\0\n\r"],
    ["%25%34%31", "%41"],
    ["\xff%FF\xff", "\u00ff\u00ff\u00ff"],
  ])("%s is read as it was meant", (text, value) => {
    expect(valueOf(text)).toBe(value);
  });

  test("of 10 KB is whole", () => {
    expect(valueOf("%E9".repeat(10_000))).toBe("\u00e9".repeat(10_000));
  });
});
