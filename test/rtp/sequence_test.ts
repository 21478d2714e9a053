import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { distance16, distance32, Unwrapper } from "../../src/rtp/sequence.ts";

describe("distance", () => {
  test.each([
    [0, 0, 0],
    [65535, 0, 1],
    [0, 65535, -1],
    [65000, 200, 736],
    [0, 32767, 32767],
    [0, 32768, -32768],
    [32768, 0, -32768],
  ])("distance16 from %d to %d is %d", (from, to, steps) => {
    expect(distance16(from, to)).toBe(steps);
  });

  test.each([
    [2 ** 32 - 160, 0, 160],
    [0, 2 ** 32 - 160, -160],
    [0, 2 ** 31 - 1, 2 ** 31 - 1],
    [0, 2 ** 31, -(2 ** 31)],
  ])("distance32 from %d to %d is %d", (from, to, steps) => {
    expect(distance32(from, to)).toBe(steps);
  });
});

describe("Unwrapper", () => {
  test("goes on past the wrap, and back over it for a late packet", () => {
    const sequence = new Unwrapper(16);
    const numbers = [65534, 65535, 1, 0, 65535, 2].map((n) => sequence.unwrap(n));
    expect(numbers).toEqual([65534, 65535, 65537, 65536, 65535, 65538]);
  });

  test("gives a negative number to what is older than the first", () => {
    const sequence = new Unwrapper(16);
    expect([0, 65535, 0].map((n) => sequence.unwrap(n))).toEqual([0, -1, 0]);
  });

  test.each<[16 | 32]>([[16], [32]])("follows any walk of %d bits with short steps", (bits) => {
    const random = new SeededRandom(bits);
    const unwrapper = new Unwrapper(bits);
    const size = 2 ** bits;
    let truth = random.uint32() % size;
    unwrapper.unwrap(truth);
    for (let i = 0; i < 10_000; i++) {
      truth += (random.uint32() % (size / 2)) - Math.floor(size / 8);
      expect(unwrapper.unwrap(((truth % size) + size) % size)).toBe(truth);
    }
  });

  test("starts anew after reset", () => {
    const unwrapper = new Unwrapper(32);
    unwrapper.unwrap(2 ** 32 - 1);
    expect(unwrapper.unwrap(0)).toBe(2 ** 32);
    unwrapper.reset();
    expect(unwrapper.unwrap(5)).toBe(5);
  });
});
