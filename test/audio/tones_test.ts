import { describe, expect, test } from "bun:test";
import { peakLevel, rmsLevel, silence, sweep, tone } from "../../src/audio/mod.ts";

/** Amplitude of the sine of `frequency` in `samples`, 0-1 (Goertzel's algorithm). */
function strength(samples: Int16Array, frequency: number, sampleRate: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + turn * last - before];
  const power = before * before + last * last - turn * before * last;
  return (2 * Math.sqrt(power)) / (samples.length * 32768);
}

describe("tone", () => {
  test("has the frequencies, each at its level, and no others", () => {
    const samples = tone([770, 1336], 1000, { levelDb: -12, fadeMs: 0 });
    expect(samples.length).toBe(8000);
    expect(strength(samples, 770, 8000)).toBeCloseTo(0.251, 3);
    expect(strength(samples, 1336, 8000)).toBeCloseTo(0.251, 3);
    expect(strength(samples, 941, 8000)).toBeLessThan(0.001);
  });

  test("swells and fades, so that its ends do not click", () => {
    const samples = tone([1000], 100, { sampleRate: 16000 });
    expect(samples.length).toBe(1600);
    expect(samples[0]).toBe(0);
    expect(Math.abs(samples[1599])).toBe(0);
    expect(peakLevel(samples.subarray(0, 16))).toBeLessThan(-24);
    expect(peakLevel(samples)).toBeCloseTo(-12, 1);
  });

  test("too loud a sum is clipped, not wrapped around", () => {
    const samples = tone([400, 400], 100, { levelDb: 0, fadeMs: 0 });
    expect(samples[5]).toBe(32767);
    expect(samples[15]).toBe(-32768);
  });

  test("a tone shorter than its fades is no louder than they allow", () => {
    expect(peakLevel(tone([1000], 2))).toBeLessThan(-12);
    expect(tone([1000], 0).length).toBe(0);
  });
});

describe("sweep", () => {
  test("is at each moment at the frequency it should have reached", () => {
    const samples = sweep([200, 3400], 4000, { fadeMs: 0 });
    const at = (seconds: number) => samples.subarray(seconds * 8000 - 200, seconds * 8000 + 200);
    expect(strength(at(1), 1000, 8000)).toBeGreaterThan(0.2);
    expect(strength(at(3), 2600, 8000)).toBeGreaterThan(0.2);
    expect(strength(at(1), 2600, 8000)).toBeLessThan(0.02);
    expect(rmsLevel(samples)).toBeCloseTo(-15.01, 1);
  });
});

describe("silence", () => {
  test("is as long as said", () => {
    expect(silence(20)).toEqual(new Int16Array(160));
    expect(silence(20, { sampleRate: 48000 }).length).toBe(960);
  });
});
