import { describe, expect, test } from "bun:test";
import { findPitch } from "../../src/jitter/pitch.ts";

const RATES = [8000, 11_025, 16_000, 24_000, 48_000];

/** 48.75 ms of pulses, `hz` of them a second, through a resonance at 700 Hz: a vowel of a kind. */
function vowel(sampleRate: number, hz: number): Int16Array {
  const period = sampleRate / hz;
  return Int16Array.from({ length: 0.04875 * sampleRate }, (_, i) => {
    const since = i % period / sampleRate;
    return 12_000 * Math.exp(-since * 400) * Math.sin(2 * Math.PI * 700 * since);
  });
}

describe("findPitch", () => {
  test.each(RATES.flatMap((rate) => [70, 85, 110, 133, 160, 195].map((hz) => [rate, hz])))(
    "at %d Hz finds the period of a voice of %d Hz, or a multiple of it",
    (sampleRate, hz) => {
      const period = sampleRate / hz;
      const found = findPitch(vowel(sampleRate, hz), sampleRate);
      const periods = Math.round(found / period);
      expect(periods).toBeGreaterThan(0);
      expect(Math.abs(found - periods * period)).toBeLessThan(Math.max(1, sampleRate / 8000));
    },
  );

  test("of a voice above 200 Hz finds a multiple of the period, within 5 to 15 ms", () => {
    for (const hz of [230, 300, 400]) {
      const found = findPitch(vowel(8000, hz), 8000);
      const periods = found * hz / 8000;
      expect(Math.abs(periods - Math.round(periods))).toBeLessThan(0.1);
      expect(found).toBeGreaterThanOrEqual(40);
      expect(found).toBeLessThanOrEqual(120);
    }
  });

  test("of silence and of a constant finds some period within bounds", () => {
    for (const samples of [new Int16Array(390), new Int16Array(390).fill(-32768)]) {
      const found = findPitch(samples, 8000);
      expect(found).toBeGreaterThanOrEqual(40);
      expect(found).toBeLessThanOrEqual(120);
    }
  });
});
