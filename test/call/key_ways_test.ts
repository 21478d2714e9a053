import { describe, expect, test } from "bun:test";
import { KeyWays } from "../../src/call/mod.ts";

describe("KeyWays", () => {
  test("takes all keys of one way", () => {
    const ways = new KeyWays();
    for (const at of [0, 100, 5000]) expect(ways.accepts("info", at)).toBe(true);
  });

  test("takes each key once that is told in both ways, whichever is first", () => {
    for (const [first, second] of [["rtp", "info"], ["info", "rtp"]] as const) {
      const ways = new KeyWays();
      const told: unknown[] = [];
      for (const at of [0, 300, 600]) {
        told.push(ways.accepts(first, at), ways.accepts(second, at + 50));
      }
      expect(told).toEqual([true, false, true, false, true, false]);
    }
  });

  test("goes over to the other way when that is the only one left", () => {
    const ways = new KeyWays();
    expect(ways.accepts("rtp", 0)).toBe(true);
    expect(ways.accepts("info", 2000)).toBe(true);
    expect(ways.accepts("rtp", 2100)).toBe(false);
  });
});
