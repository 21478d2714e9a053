import { describe, expect, test } from "bun:test";
import { Lateness, SeededRandom } from "../../src/clock/mod.ts";

describe("Lateness", () => {
  test("has percentiles within 0.1 ms of those of the sorted values", () => {
    const random = new SeededRandom(11);
    const lateness = new Lateness();
    const values = Array.from({ length: 5000 }, () => (random.uint32() % 90_000) / 1000);
    for (const value of values) lateness.record(value);
    values.sort((a, b) => a - b);
    for (const percent of [1, 50, 90, 99, 99.9, 100]) {
      const exact = values[Math.ceil(values.length * percent / 100) - 1];
      const error = lateness.percentile(percent) - exact;
      expect(error >= 0 && error <= 0.1 + 1e-9).toBe(true);
    }
    expect(lateness.max).toBe(values.at(-1)!);
    expect(lateness.count).toBe(5000);
  });

  test("keeps what is beyond its range, and takes early for on time", () => {
    const lateness = new Lateness();
    lateness.record(-3);
    expect([lateness.percentile(100), lateness.max]).toEqual([0, 0]);
    lateness.record(2500);
    expect([lateness.percentile(100), lateness.max]).toEqual([2500, 2500]);
  });

  test("is 0 while empty and after a reset", () => {
    const lateness = new Lateness();
    lateness.record(5);
    lateness.reset();
    expect([lateness.count, lateness.max, lateness.percentile(99)]).toEqual([0, 0, 0]);
  });

  test("counts for a histogram what came within each of its limits, and their sum", () => {
    const random = new SeededRandom(12);
    const lateness = new Lateness();
    const values = Array.from({ length: 2000 }, () => (random.uint32() % 1_200_000) / 10_000);
    for (const value of values) lateness.record(value);
    const limits = [0.5, 1, 2.5, 10, 40, 100];
    expect(lateness.within(limits)).toEqual(
      limits.map((limit) => values.filter((value) => value < limit).length),
    );
    const sum = values.reduce((a, b) => a + b);
    expect(Math.abs(lateness.sum - sum)).toBeLessThan(1e-6);
    lateness.reset();
    expect([lateness.sum, lateness.within([100])]).toEqual([0, [0]]);
  });
});
