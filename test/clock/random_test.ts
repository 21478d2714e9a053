import { expect, test } from "bun:test";
import { fraction, SeededRandom, SystemRandom, token } from "../../src/clock/random.ts";

test("SeededRandom gives the same numbers for the same seed and others for another", () => {
  const draw = (seed: number) => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 5 }, () => random.uint32());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("SeededRandom spreads its numbers evenly over sixteen bins", () => {
  const random = new SeededRandom(1);
  const bins = new Array<number>(16).fill(0);
  for (let i = 0; i < 160_000; i++) bins[random.uint32() >>> 28]++;
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test("fraction stays at least 0 and below 1", () => {
  expect(fraction({ uint32: () => 0 })).toBe(0);
  expect(fraction({ uint32: () => 0xffff_ffff })).toBeLessThan(1);
});

test("token has the length asked for and does not repeat", () => {
  const random = new SystemRandom();
  const seen = new Set(Array.from({ length: 1000 }, () => token(random, 16)));
  expect(seen.size).toBe(1000);
  for (const text of seen) expect(text).toMatch(/^[a-z2-9]{16}$/);
});
