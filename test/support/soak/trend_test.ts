import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../../src/clock/mod.ts";
import { trendOf, type TrendSample } from "./trend.ts";

/** Noise of about a normal distribution with a deviation of 1. */
function noise(random: SeededRandom): number {
  return Array.from({ length: 12 }, () => fraction(random)).reduce((sum, one) => sum + one, -6);
}

/** Samples of a line, each as `y` says by its number. */
function samples(count: number, y: (x: number) => number, beside = (_x: number) => 0) {
  return Array.from({ length: count }, (_, x): TrendSample => [x, y(x), beside(x)]);
}

describe("trendOf", () => {
  test("finds the slope of a straight line", () => {
    const { slope, margin } = trendOf(samples(10, (x) => 5 - 3 * x));
    expect(slope).toBeCloseTo(-3, 9);
    expect(margin).toBeCloseTo(0, 9);
  });

  test("is sure in 19 of 20 cases, and about that often", () => {
    let right = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const random = new SeededRandom(seed);
      const { slope, margin } = trendOf(samples(40, (x) => 2 * x + 30 * noise(random)));
      if (Math.abs(slope - 2) <= margin) right++;
    }
    expect(right / 500).toBeGreaterThan(0.91);
    expect(right / 500).toBeLessThan(0.99);
  });

  test("is less sure where each sample is like the one before it", () => {
    let right = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const random = new SeededRandom(seed);
      let wander = 0;
      const y = () => wander = 0.6 * wander + noise(random);
      const { slope, margin, independent } = trendOf(samples(200, y));
      expect(independent).toBeLessThan(100);
      if (Math.abs(slope) <= margin) right++;
    }
    expect(right / 300).toBeGreaterThan(0.88);
  });

  test("takes away what goes with something else", () => {
    const random = new SeededRandom(9);
    const beside = Array.from({ length: 60 }, () => 100 * noise(random));
    const made = samples(60, (x) => 0.5 * x + 7 * beside[x] + noise(random), (x) => beside[x]);
    const { slope, margin } = trendOf(made);
    expect(Math.abs(slope - 0.5)).toBeLessThan(margin);
    expect(margin).toBeLessThan(0.05);
  });

  test("knows nothing of three samples", () => {
    expect(trendOf(samples(3, (x) => x * x)).margin).toBeGreaterThan(1e6);
  });
});
