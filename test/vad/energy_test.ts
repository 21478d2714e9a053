import { describe, expect, test } from "bun:test";
import { fromDecibels, tone } from "../../src/audio/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { energyDetector } from "../../src/vad/mod.ts";
import { NoiseFloor } from "../../src/vad/noise_floor.ts";

/** White noise of `levelDb` (RMS, dBov). */
function noise(length: number, levelDb: number, seed = 1): Int16Array {
  const random = new SeededRandom(seed);
  const peak = 32768 * fromDecibels(levelDb) * Math.sqrt(3);
  return Int16Array.from({ length }, () => (2 * fraction(random) - 1) * peak);
}

describe("energyDetector", () => {
  test("finds no voice in silence, and none below the floor", () => {
    const detector = energyDetector()();
    for (let i = 0; i < 100; i++) expect(detector.detect(new Int16Array(160), 8000)).toBe(0);
    for (let i = 0; i < 100; i++) expect(detector.detect(noise(160, -52), 8000)).toBe(0);
    expect(detector.detect(new Int16Array(0), 8000)).toBe(0);
    detector.close();
  });

  test.each([[8000], [16_000], [24_000], [44_100]])(
    "gets used to noise in 1.6 s and still hears a voice 12 dB above it, at %d Hz",
    (sampleRate) => {
      const detector = energyDetector()();
      const length = Math.round(sampleRate / 50);
      const likelihoods: number[] = [];
      for (let i = 0; i < 150; i++) {
        likelihoods.push(detector.detect(noise(length, -30, i), sampleRate) as number);
      }
      expect(likelihoods[0]).toBeGreaterThan(0.9);
      for (const later of likelihoods.slice(90)) expect(later).toBeLessThan(0.35);
      const voice = tone([200], 20, { sampleRate, levelDb: -15, fadeMs: 0 });
      expect(detector.detect(voice, sampleRate)).toBeGreaterThan(0.8);
    },
  );

  test("does not take a talker for noise who pauses within 1.6 s", () => {
    const detector = energyDetector()();
    let least = 1;
    for (let i = 0; i < 500; i++) {
      const pauses = i % 70 >= 55;
      const likelihood = detector.detect(noise(160, pauses ? -48 : -20, i), 8000) as number;
      if (!pauses) least = Math.min(least, likelihood);
    }
    expect(least).toBeGreaterThan(0.9);
  });

  test("keeps two calls apart", () => {
    const make = energyDetector();
    const [used, fresh] = [make(), make()];
    for (let i = 0; i < 100; i++) void used.detect(noise(160, -30, i), 8000);
    const sound = noise(160, -30);
    expect(used.detect(sound, 8000)).toBeLessThan(0.35);
    expect(fresh.detect(sound, 8000)).toBeGreaterThan(0.9);
  });

  test("refuses a margin that is none", () => {
    expect(() => energyDetector({ marginDb: 0 })).toThrow("current value is 0");
    expect(() => energyDetector({ marginDb: NaN })).toThrow("current value is NaN");
  });
});

describe("NoiseFloor", () => {
  test("falls within 200 ms, and rises after 1.6 s", () => {
    const floor = new NoiseFloor();
    let noiseDb: number;
    let risenMs = 0;
    do {
      noiseDb = floor.push(-30, 20);
      risenMs += 20;
    } while (noiseDb < -31);
    expect(risenMs).toBeGreaterThan(1500);
    expect(risenMs).toBeLessThan(1800);
    for (let ms = 0; ms < 300; ms += 20) noiseDb = floor.push(-60, 20);
    expect(noiseDb).toBeLessThan(-55);
  });

  test("takes digital silence for the quietest noise there is", () => {
    const floor = new NoiseFloor();
    for (let i = 0; i < 200; i++) floor.push(-Infinity, 20);
    expect(floor.push(-Infinity, 20)).toBe(-73.5);
  });
});
