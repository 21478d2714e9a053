import { describe, expect, test } from "bun:test";
import { amplify, mix, saturate } from "../../src/audio/mod.ts";

describe("mixing", () => {
  test("saturate stops at the ends of 16 bits and rounds between them", () => {
    expect([1e9, 32767.4, 32768, -32768.4, -1e9, 0.4, -0.6].map(saturate)).toEqual(
      [32767, 32767, 32767, -32768, -32768, 0, -1],
    );
  });

  test("amplify gets louder and softer by decibels, and clips instead of wrapping around", () => {
    const samples = Int16Array.of(100, -100, 30000, -30000);
    expect(amplify(samples, 20)).toEqual(Int16Array.of(1000, -1000, 32767, -32768));
    expect(amplify(samples, -20)).toEqual(Int16Array.of(10, -10, 3000, -3000));
    expect(samples[0]).toBe(100);
  });

  test("mix adds voices of any length and clips only the sum", () => {
    const loud = Int16Array.of(30000, 30000);
    expect(mix(loud, loud, Int16Array.of(-30000))).toEqual(Int16Array.of(30000, 32767));
    expect(mix()).toEqual(new Int16Array(0));
  });
});
