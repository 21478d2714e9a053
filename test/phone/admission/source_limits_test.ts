import { describe, expect, test } from "bun:test";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { type SourceLimitOptions, SourceLimits } from "../../../src/phone/mod.ts";

function limitsOf(options: SourceLimitOptions) {
  const clock = new VirtualClock();
  return { clock, limits: new SourceLimits(options, clock) };
}

/** How many of `count` calls that come at once are taken. */
function taken(limits: SourceLimits, count: number, address = "192.0.2.1"): number {
  return Array.from({ length: count }, () => limits.refuses(address))
    .filter((why) => why === undefined).length;
}

describe("SourceLimits", () => {
  test("have none where none are given, and remember nobody", () => {
    const { limits } = limitsOf({});
    limits.add("192.0.2.1")();
    expect([taken(limits, 10_000), limits.size]).toEqual([10_000, 0]);
  });

  test("count calls at a time for each address", () => {
    const { limits } = limitsOf({ callsPerSource: 2 });
    const [end] = [limits.add("192.0.2.1"), limits.add("192.0.2.1")];
    expect(limits.refuses("192.0.2.1")).toBe("source-calls");
    expect(limits.refuses("192.0.2.2")).toBeUndefined();
    end();
    expect(limits.refuses("192.0.2.1")).toBeUndefined();
  });

  test("take a burst, and then calls at their pace", async () => {
    const { clock, limits } = limitsOf({ callsPerSecondPerSource: 3, callsBurstPerSource: 10 });
    expect(taken(limits, 50)).toBe(10);
    expect(limits.refuses("192.0.2.1")).toBe("source-rate");
    await clock.advance(1000);
    expect(taken(limits, 50)).toBe(3);
    await clock.advance(60_000);
    expect(taken(limits, 50)).toBe(10);
  });

  test.each([[1, 1], [0.5, 1], [2.9, 2], [undefined, 5]])(
    "take as many at once as a burst of %d holds, and one at least",
    (callsBurstPerSource, most) => {
      const { limits } = limitsOf({ callsPerSecondPerSource: 1, callsBurstPerSource });
      expect(taken(limits, 50)).toBe(most);
    },
  );

  test("let no source have more than its pace, whatever the times between its calls", async () => {
    const { clock, limits } = limitsOf({ callsPerSecondPerSource: 5 });
    const random = new SeededRandom(7);
    let count = 0;
    for (let tries = 0; tries < 3000; tries++) {
      count += taken(limits, 1 + random.uint32() % 3);
      await clock.advance(random.uint32() % 40);
    }
    const most = 10 + 5 * clock.now() / 1000;
    expect(count).toBeLessThanOrEqual(most);
    expect(count).toBeGreaterThan(most - 2);
  });

  test("refuse who comes too fast before they count what it has", () => {
    const { limits } = limitsOf({ callsPerSource: 1, callsPerSecondPerSource: 1 });
    limits.add("192.0.2.1");
    expect(Array.from({ length: 6 }, () => limits.refuses("192.0.2.1"))).toEqual([
      ...Array(5).fill("source-calls"),
      "source-rate",
    ]);
  });

  test("leave alone the addresses that are said to carry many callers", () => {
    const { limits } = limitsOf({ callsPerSource: 1, sourcesWithoutLimit: ["192.0.2.9"] });
    limits.add("192.0.2.9");
    expect(taken(limits, 100, "192.0.2.9")).toBe(100);
    expect(taken(limits, 100, "::ffff:192.0.2.9")).toBe(100);
  });

  test.each([
    ["2001:db8:1:2:aaaa::1", "2001:db8:1:2::ffff", true],
    ["2001:db8:1:2::1", "2001:0DB8:0001:0002:3:4:5:6", true],
    ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
    ["2001:db8::1", "2001:db8:0:0:1::", true],
    ["::1", "::2", true],
    ["fe80::1%eth0", "fe80::2", true],
    ["2001::1:2:3:4:5:6", "2001:0:1:2::9", true],
    ["::ffff:192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
  ])("take %s and %s for one source: %j", (one, other, isOne) => {
    const { limits } = limitsOf({ callsPerSource: 1 });
    limits.add(one);
    expect(limits.refuses(other) !== undefined).toBe(isOne);
  });

  test("remember no more than 10,000 of those that forge their address, and who has calls before others", () => {
    const { limits } = limitsOf({ callsPerSource: 1 });
    limits.add("192.0.2.1");
    for (let forged = 0; forged < 30_000; forged++) {
      limits.refuses(`10.${forged >> 16}.${forged >> 8 & 255}.${forged & 255}`);
    }
    expect(limits.size).toBe(10_000);
    expect(limits.refuses("192.0.2.1")).toBe("source-calls");
  });

  test("remember who knocks again before those who were quiet, and no more though all have calls", () => {
    const { limits } = limitsOf({ callsPerSecondPerSource: 1, callsBurstPerSource: 1 });
    for (let other = 0; other < 10_000; other++) {
      limits.refuses("192.0.2.1");
      limits.refuses(`10.0.${other >> 8}.${other & 255}`);
    }
    expect(limits.refuses("192.0.2.1")).toBe("source-rate");
    for (let other = 0; other < 10_200; other++) limits.add(`10.1.${other >> 8}.${other & 255}`);
    expect(limits.size).toBe(10_000);
  });

  test.each([
    [{ callsPerSource: 0 }],
    [{ callsPerSecondPerSource: -1 }],
    [{ callsBurstPerSource: NaN }],
  ])("refuse %j", (options) => {
    expect(() => limitsOf(options)).toThrow(RangeError);
  });
});
