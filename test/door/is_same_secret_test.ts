import { describe, expect, test } from "bun:test";
import { isSameSecret } from "../../src/door/mod.ts";

describe("isSameSecret", () => {
  test.each([
    ["a", "a", true],
    ["", "", true],
    ["a", "A", false],
    ["a", "", false],
    ["a", "aa", false],
    ["\u00e9", "e\u0301", false],
  ])("compares %j with %j", (one, other, isSame) => {
    expect(isSameSecret(one, other)).toBe(isSame);
  });
});
