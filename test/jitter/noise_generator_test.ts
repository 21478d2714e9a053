import { describe, expect, test } from "bun:test";
import { rmsLevel } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { measureNoise, NoiseGenerator } from "../../src/jitter/mod.ts";
import { parseComfortNoise } from "../../src/rtp/mod.ts";

function make(count: number, level: number, reflection: number[] = [], seed = 1): Int16Array {
  return new NoiseGenerator(new SeededRandom(seed)).make(count, { level, reflection });
}

/** How alike samples `lag` apart are: -1 to 1. */
function correlation(samples: Int16Array, lag: number): number {
  const sum = (of: (i: number) => number) => {
    let total = 0;
    for (let i = lag; i < samples.length; i++) total += of(i);
    return total;
  };
  return sum((i) => samples[i] * samples[i - lag]) / sum((i) => samples[i] ** 2);
}

describe("NoiseGenerator", () => {
  test.each([-10, -20, -30, -40, -50, -60, -70].flatMap((level) => [[level, 0], [level, 8]]))(
    "makes noise of %d dBov within 0.5 dB, of a spectrum of %d coefficients",
    (level, order) => {
      const reflection = [-0.9, 0.5, -0.2, 0.1, 0.3, -0.1, 0.05, 0.02].slice(0, order);
      expect(Math.abs(rmsLevel(make(40_000, level, reflection)) - level)).toBeLessThan(0.5);
    },
  );

  test("makes white noise of no coefficients", () => {
    const noise = make(40_000, -30);
    for (let lag = 1; lag < 10; lag++) expect(Math.abs(correlation(noise, lag))).toBeLessThan(0.02);
  });

  test.each([[-0.8], [0.8], [-0.3]])(
    "makes neighbours alike by minus the first coefficient: %d",
    (coefficient) => {
      const noise = make(40_000, -30, [coefficient]);
      expect(correlation(noise, 1)).toBeCloseTo(-coefficient, 1);
      expect(correlation(noise, 2)).toBeCloseTo(coefficient ** 2, 1);
    },
  );

  test("makes the same noise of the same random numbers, and another of others", () => {
    expect(make(160, -40, [0.5])).toEqual(make(160, -40, [0.5]));
    expect(make(160, -40, [0.5])).not.toEqual(make(160, -40, [0.5], 2));
  });

  test("goes on where it was, however it is cut", () => {
    const noise = { level: -40, reflection: [-0.5, 0.2] };
    const generator = new NoiseGenerator(new SeededRandom(1));
    const pieces = [1, 79, 80, 160].flatMap((count) => [...generator.make(count, noise)]);
    expect(make(320, -40, [-0.5, 0.2])).toEqual(Int16Array.from(pieces));
  });

  test("follows a change of noise within 10 ms", () => {
    const generator = new NoiseGenerator(new SeededRandom(1));
    generator.make(800, { level: -20, reflection: [-0.5] });
    const quiet = generator.make(8000, { level: -60, reflection: [-0.5, 0.1, 0.2] });
    expect(Math.abs(rmsLevel(quiet.subarray(80)) + 60)).toBeLessThan(1);
  });

  test("stays within bounds on any payload the network may bring", () => {
    const random = new SeededRandom(4);
    for (let trial = 0; trial < 300; trial++) {
      const payload = Uint8Array.from({ length: 1 + random.uint32() % 40 }, () => random.uint32());
      payload[0] |= 40;
      const noise = parseComfortNoise(payload)!;
      const level = rmsLevel(new NoiseGenerator(random).make(800, noise));
      expect(level).toBeLessThan(noise.level + 12);
    }
    // The reserved code 255 in every place.
    const worst = parseComfortNoise(new Uint8Array(300).fill(255))!;
    const loud = make(8000, -30, [...worst.reflection]);
    expect(rmsLevel(loud)).toBeLessThan(-20);
  });

  test("makes next to nothing at -127 dBov", () => {
    expect(make(800, -127)).toEqual(new Int16Array(800));
  });
});

describe("measureNoise", () => {
  test("finds the level and the coefficients that a noise was made of", () => {
    const reflection = [-0.7, 0.4, -0.2, 0.1];
    const found = measureNoise(make(40_000, -45, reflection), 4);
    expect(Math.abs(found.level + 45)).toBeLessThan(0.5);
    found.reflection.forEach((value, i) => expect(value).toBeCloseTo(reflection[i], 1));
  });

  test("describes silence as the faintest white noise", () => {
    expect(measureNoise(new Int16Array(160))).toEqual({ level: -127, reflection: [] });
    expect(measureNoise(new Int16Array(0))).toEqual({ level: -127, reflection: [] });
  });

  test("keeps all coefficients within bounds, for a tone and a constant too", () => {
    const tone = Int16Array.from({ length: 160 }, (_, i) => 10_000 * Math.sin(i / 3));
    for (const samples of [tone, new Int16Array(160).fill(1000), Int16Array.of(5)]) {
      const { reflection } = measureNoise(samples);
      expect(reflection).toHaveLength(8);
      for (const value of reflection) expect(Math.abs(value)).toBeLessThan(1);
    }
  });
});
