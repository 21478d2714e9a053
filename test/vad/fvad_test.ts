import { describe, expect, test } from "bun:test";
import { tone } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { loadFvad } from "../../src/vad/mod.ts";

const makeDetector = await loadFvad();

/** White noise of `rms` (linear). */
function noise(length: number, rms: number): Int16Array {
  const random = new SeededRandom(5);
  return Int16Array.from(
    { length },
    () => (random.uint32() / 2 ** 32 - 0.5) * rms * Math.sqrt(12),
  );
}

describe("loadFvad", () => {
  test("finds no voice in silence, at every rate and length it takes", () => {
    for (const sampleRate of [8000, 16_000, 32_000, 48_000]) {
      const detector = makeDetector();
      for (const ms of [10, 20, 30]) {
        expect(detector.detect(new Int16Array(sampleRate * ms / 1000), sampleRate)).toBe(0);
      }
      detector.close();
    }
  });

  test("takes noise below the floor for no voice, and says so of the floor alone", async () => {
    const quiet = noise(320, 50); // -56 dBFS
    const lower = (await loadFvad({ floorDbfs: -90, aggressiveness: 0 }))();
    const usual = (await loadFvad({ aggressiveness: 0 }))();
    let found = 0;
    for (let i = 0; i < 20; i++) {
      found += await lower.detect(quiet, 16_000);
      expect(usual.detect(quiet, 16_000)).toBe(0);
    }
    expect(found).toBeGreaterThan(0);
    lower.close();
    usual.close();
  });

  test("keeps two calls apart", () => {
    const loud = noise(160, 3000);
    const alone = makeDetector();
    const expected = Array.from({ length: 30 }, () => alone.detect(loud, 8000));
    const first = makeDetector();
    const second = makeDetector();
    const heard: unknown[] = [];
    for (let i = 0; i < 30; i++) {
      heard.push(first.detect(loud, 8000));
      second.detect(new Int16Array(160), 8000);
    }
    expect(heard).toEqual(expected);
    for (const detector of [alone, first, second]) detector.close();
  });

  test("gives back its memory: ten thousand detectors, one after another", () => {
    for (let i = 0; i < 10_000; i++) makeDetector().close();
    const detector = makeDetector();
    expect(detector.detect(new Int16Array(160), 8000)).toBe(0);
    detector.close();
  });

  test("may be closed twice, and finds nothing after", () => {
    const detector = makeDetector();
    detector.close();
    detector.close();
    expect(detector.detect(tone([300], 20), 8000)).toBe(0);
  });

  test("refuses a frame it cannot judge", () => {
    const detector = makeDetector();
    expect(() => detector.detect(new Int16Array(100), 8000)).toThrow("100 samples at 8000 Hz");
    expect(() => detector.detect(new Int16Array(320), 24_000)).toThrow("320 samples at 24000 Hz");
    expect(() => detector.detect(new Int16Array(80), 4000)).toThrow("80 samples at 4000 Hz");
    expect(() => detector.detect(new Int16Array(0), 8000)).toThrow("0 samples at 8000 Hz");
    detector.close();
  });

  test.each([[8000], [11_025], [12_345], [22_050], [24_000], [44_100], [48_000]])(
    "hears the same voice at %d Hz, whatever its backend asks for",
    (sampleRate) => {
      const detector = makeDetector();
      const voice = tone([150, 300, 450, 700], 1000, { sampleRate, levelDb: -20 });
      const found: number[] = [];
      for (let ms = 0; ms < 980; ms += 20) {
        const start = Math.floor(ms * sampleRate / 1000);
        const end = Math.floor((ms + 20) * sampleRate / 1000);
        found.push(detector.detect(voice.subarray(start, end), sampleRate) as number);
      }
      expect(found.slice(5)).toEqual(new Array(44).fill(1));
      const silence = new Int16Array(Math.round(sampleRate / 50));
      for (let i = 0; i < 20; i++) void detector.detect(silence, sampleRate);
      expect(detector.detect(silence, sampleRate)).toBe(0);
      detector.close();
    },
  );

  test("refuses an aggressiveness that is none", async () => {
    // @ts-expect-error a caller without types
    await expect(loadFvad({ aggressiveness: 4 })).rejects.toThrow("current value is 4");
  });
});
