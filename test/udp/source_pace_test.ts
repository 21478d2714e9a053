import { describe, expect, test } from "bun:test";
import { SourcePace } from "../../src/udp/source_pace.ts";

const PEER = "192.0.2.1";
const STRANGER = "192.0.2.9";

/** How many of the datagrams that come from there, one each `everyMs` from `from` to `to`, are read. */
function admitted(
  pace: SourcePace,
  address: string,
  { from, to, everyMs }: { from: number; to: number; everyMs: number },
): number {
  let count = 0;
  for (let at = from; at < to; at += everyMs) count += Number(pace.admits(address, 4000, at));
  return count;
}

describe("SourcePace", () => {
  test("lets a burst of a second through at once, and then so many each second", () => {
    const pace = new SourcePace(100);
    expect(admitted(pace, PEER, { from: 0, to: 1, everyMs: 0.001 })).toBe(100);
    expect(admitted(pace, PEER, { from: 1, to: 1001, everyMs: 1 })).toBe(100);
  });

  test("takes nothing from whom it heard first for a flood from elsewhere", () => {
    const pace = new SourcePace(100);
    let read = 0;
    let flooded = 0;
    for (let at = 0; at < 10_000; at++) {
      if (at % 20 === 0) read += Number(pace.admits(PEER, 4000, at));
      for (let n = 0; n < 50; n++) {
        flooded += Number(pace.admits(`192.0.2.${10 + n}`, 5000 + at % 7, at));
      }
    }
    expect(read).toBe(500);
    // The first second's at once, and then a hundred a second, wherever they say they come from.
    expect(flooded).toBeLessThanOrEqual(1100);
  });

  test("tells apart two ports of one address", () => {
    const pace = new SourcePace(1);
    expect([4000, 4000, 4001, 4001].map((port) => pace.admits(PEER, port, 0)))
      .toEqual([true, false, true, false]);
  });

  test("hears whoever comes after the first has been silent for two seconds as the first", () => {
    const pace = new SourcePace(10);
    expect(pace.admits(PEER, 4000, 0)).toBe(true);
    expect(admitted(pace, STRANGER, { from: 1999, to: 2000, everyMs: 0.01 })).toBe(10);
    expect(admitted(pace, STRANGER, { from: 2000, to: 2001, everyMs: 0.01 })).toBe(10);
    // And the one before is one of the others, of whom none is there.
    expect(pace.admits(PEER, 4000, 2100)).toBe(true);
  });

  test("refuses a pace that lets nothing through", () => {
    expect(() => new SourcePace(0)).toThrow(RangeError);
  });
});
