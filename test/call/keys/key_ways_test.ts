import { describe, expect, test } from "bun:test";
import { KeyWays } from "../../../src/call/mod.ts";

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

  test("takes a key once that all four ways tell, however they follow each other", () => {
    for (
      const ways of [["rtp", "inband", "info", "esl"], ["inband", "esl", "rtp", "info"]] as const
    ) {
      const keys = new KeyWays();
      const told = [0, 500].map((down) =>
        ways.map((way, i) => keys.accepts(way, "5", down + 80 * i))
      );
      expect(told).toEqual([[true, false, false, false], [true, false, false, false]]);
    }
  });

  test("waits as long for the other way as the key is down", () => {
    const ways = new KeyWays();
    expect(ways.accepts("rtp", "5", 0)).toBe(true);
    ways.holds("rtp", "5");
    ways.releases("rtp", "5", 4000);
    // FreeSWITCH tells a key when it is up again.
    expect(ways.accepts("esl", "5", 4100)).toBe(false);
    expect(ways.accepts("esl", "5", 4200)).toBe(true);
  });

  test("takes the pieces of a tone that a gateway left in the sound for one key", () => {
    const ways = new KeyWays();
    expect(ways.accepts("inband", "5", 35)).toBe(true);
    ways.holds("inband", "5");
    ways.releases("inband", "5", 60);
    expect(ways.accepts("rtp", "5", 70)).toBe(false);
    ways.holds("rtp", "5");
    ways.releases("rtp", "5", 300);
    expect(ways.accepts("inband", "5", 340)).toBe(false);
    // Pressed again: this time the tone is recognised before the packet comes.
    expect(ways.accepts("inband", "5", 500)).toBe(true);
    expect(ways.accepts("rtp", "5", 510)).toBe(false);
  });
});
