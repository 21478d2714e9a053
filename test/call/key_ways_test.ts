import { describe, expect, test } from "bun:test";
import { KeyWays } from "../../src/call/mod.ts";

describe("KeyWays", () => {
  test("takes all keys of one way, the same key again too", () => {
    for (const way of ["rtp", "info"] as const) {
      const ways = new KeyWays();
      for (const at of [0, 100, 200, 5000]) expect(ways.accepts(way, "5", at)).toBe(true);
    }
  });

  test("takes each key once that is told in both ways, whichever is first", () => {
    for (const [first, second] of [["rtp", "info"], ["info", "rtp"]] as const) {
      const ways = new KeyWays();
      const told: unknown[] = [];
      for (const [digit, at] of [["1", 0], ["1", 300], ["2", 600]] as const) {
        told.push(ways.accepts(first, digit, at), ways.accepts(second, digit, at + 250));
      }
      expect(told).toEqual([true, false, true, false, true, false]);
    }
  });

  test("takes keys of the one way right after keys of the other", () => {
    const ways = new KeyWays();
    const keys = [["rtp", "1"], ["rtp", "2"], ["info", "3"], ["info", "4"], ["rtp", "5"]] as const;
    expect(keys.map(([way, digit], at) => ways.accepts(way, digit, at * 100))).toEqual(
      new Array(5).fill(true),
    );
  });

  test("takes the same key in the other way for another press when it comes long after", () => {
    const ways = new KeyWays();
    expect(ways.accepts("rtp", "5", 0)).toBe(true);
    expect(ways.accepts("info", "5", 1000)).toBe(true);
  });
});
