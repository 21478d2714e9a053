import { describe, expect, test } from "bun:test";
import { fromDecibels, peakLevel, rmsLevel, toDecibels, tone } from "../../src/audio/mod.ts";

describe("levels", () => {
  test("a square wave at full scale is 0 dBov, a sine at full scale 3.01 less", () => {
    expect(rmsLevel(Int16Array.of(-32768, -32768))).toBe(0);
    const sine = tone([1000], 1000, { levelDb: 0, fadeMs: 0 });
    expect(rmsLevel(sine)).toBeCloseTo(-3.01, 2);
    expect(peakLevel(sine)).toBeCloseTo(0, 2);
  });

  test("half is 6.02 dB down, whether negative or positive", () => {
    expect(peakLevel(Int16Array.of(3, -16384))).toBeCloseTo(-6.02, 2);
    expect(peakLevel(Int16Array.of(-3, 16384))).toBeCloseTo(-6.02, 2);
  });

  test("silence and nothing are as soft as can be", () => {
    for (const samples of [new Int16Array(160), new Int16Array(0)]) {
      expect(rmsLevel(samples)).toBe(-Infinity);
      expect(peakLevel(samples)).toBe(-Infinity);
    }
  });

  test("the loudest sound of a minute does not overflow", () => {
    expect(rmsLevel(new Int16Array(8000 * 60).fill(-32768))).toBe(0);
  });

  test("decibels there and back", () => {
    expect(toDecibels(0.5)).toBeCloseTo(-6.0206, 4);
    expect(fromDecibels(toDecibels(0.3))).toBeCloseTo(0.3, 12);
  });
});
