import { describe, expect, test } from "bun:test";
import { rmsLevel, tone } from "../../src/audio/mod.ts";
import { NarrowBand } from "../../src/vad/narrow_band.ts";

/** A second of sound through the filter in pieces of 20 ms, at 8 kHz. */
function narrowed(sound: Int16Array, sampleRate: number, pieceMs = 20): Float32Array {
  const narrow = new NarrowBand(sampleRate);
  const pieces: number[] = [];
  for (let ms = 0; ms < 1000; ms += pieceMs) {
    const [start, end] = [ms, ms + pieceMs].map((at) => Math.floor(at * sampleRate / 1000));
    pieces.push(...narrow.push(sound.subarray(start, end)));
  }
  return Float32Array.from(pieces);
}

function decibels(sound: Float32Array): number {
  return rmsLevel(Int16Array.from(sound.subarray(400, -400), (value) => value * 32768));
}

describe("NarrowBand", () => {
  test("passes 8 kHz as it is", () => {
    const sound = tone([440], 1000);
    expect(narrowed(sound, 8000)).toEqual(Float32Array.from(sound, (value) => value / 32768));
  });

  test.each([[11_025], [16_000], [22_050], [24_000], [32_000], [44_100], [48_000]])(
    "keeps a telephone's band at %d Hz, a millisecond late, and drops what is above",
    (sampleRate) => {
      const low = tone([440], 1000, { sampleRate, levelDb: -6, fadeMs: 0 });
      const same = tone([440], 1000, { levelDb: -6, fadeMs: 0 });
      const narrow = narrowed(low, sampleRate);
      expect(Math.abs(narrow.length - 8000)).toBeLessThan(2);
      for (let i = 200; i < 7000; i++) {
        expect(Math.abs(narrow[i] - same[i - 8] / 32768)).toBeLessThan(0.005);
      }
      for (const [hertz, leastDb] of [[300, -0.5], [3000, -0.5], [3400, -1]]) {
        const kept = tone([hertz], 1000, { sampleRate, levelDb: -6, fadeMs: 0 });
        expect(decibels(narrowed(kept, sampleRate)) - rmsLevel(kept)).toBeGreaterThan(leastDb);
      }
      for (const hertz of [5000, 5400, 7000, 11_000]) {
        if (hertz >= sampleRate / 2 - 200) continue;
        const above = tone([hertz], 1000, { sampleRate, levelDb: -6, fadeMs: 0 });
        expect(decibels(narrowed(above, sampleRate)) - rmsLevel(above)).toBeLessThan(-45);
      }
    },
  );

  test.each([[16_000], [22_050], [48_000]])(
    "does not care how the sound of %d Hz is cut",
    (sampleRate) => {
      const sound = tone([300, 1700], 1000, { sampleRate });
      const whole = narrowed(sound, sampleRate, 1000);
      for (const pieceMs of [5, 10, 50]) {
        const pieces = narrowed(sound, sampleRate, pieceMs);
        expect(pieces.length).toBe(whole.length);
        for (let i = 0; i < whole.length; i++) {
          expect(Math.abs(pieces[i] - whole[i])).toBeLessThan(1e-3);
        }
      }
    },
  );

  test("takes pieces too short for a sample, and empty ones", () => {
    const narrow = new NarrowBand(48_000);
    let samples = 0;
    for (let i = 0; i < 4800; i++) samples += narrow.push(new Int16Array(i % 2)).length;
    expect(samples).toBe(400);
  });

  test("refuses a rate below a telephone's", () => {
    expect(() => new NarrowBand(7999)).toThrow("current value is 7999");
    expect(() => new NarrowBand(NaN)).toThrow("current value is NaN");
    expect(() => new NarrowBand(Infinity)).toThrow("current value is Infinity");
  });
});
