import { describe, expect, test } from "bun:test";
import { TokenBucket } from "../../src/clock/mod.ts";

describe("TokenBucket", () => {
  test("gives a burst at once, and then so many a second", () => {
    const bucket = new TokenBucket({ perSecond: 10, burst: 3 });
    const taken = Array.from({ length: 201 }, (_, i) => bucket.take(i * 10)).filter(Boolean);
    expect(taken.length).toBe(3 + 20);
  });

  test("says when there will be a token, and takes none for it", () => {
    const bucket = new TokenBucket({ perSecond: 2, burst: 1 });
    expect(bucket.take(0)).toBe(true);
    expect(bucket.waitMs(100)).toBe(400);
    expect(bucket.take(499)).toBe(false);
    expect(bucket.take(500)).toBe(true);
  });

  test("is never fuller than at first, however long nothing happens", () => {
    const bucket = new TokenBucket({ perSecond: 100, burst: 2 });
    expect([1, 2, 3].map(() => bucket.take(1e9))).toEqual([true, true, false]);
  });

  test("has no end where there is no limit, in no time either", () => {
    const bucket = new TokenBucket({ perSecond: Infinity, burst: 1 });
    expect([1, 2, 3].every(() => bucket.take(0))).toBe(true);
  });

  test.each([
    ["perSecond must be above 0", { perSecond: 0, burst: 1 }],
    ["perSecond must be above 0", { perSecond: NaN, burst: 1 }],
    ["burst must be at least 1", { perSecond: 1, burst: 0.5 }],
    ["burst must be at least 1", { perSecond: 1, burst: NaN }],
  ])("refuses what would let nothing through, as %s", (rule, options) => {
    expect(() => new TokenBucket(options)).toThrow(rule);
  });
});
