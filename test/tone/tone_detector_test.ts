import { describe, expect, test } from "bun:test";
import { compress, concatSamples, expand, MU_LAW, silence, tone } from "../../src/audio/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { LossConcealer } from "../../src/jitter/mod.ts";
import { ToneDetector, type ToneDetectorOptions, type ToneEvent } from "../../src/tone/mod.ts";

/** What is found in sound of 8 kHz that comes in packets. */
function find(sound: Int16Array, options: ToneDetectorOptions = {}): ToneEvent[] {
  const detector = new ToneDetector(8000, options);
  const events: ToneEvent[] = [];
  for (let at = 0; at < sound.length; at += 160) {
    events.push(...detector.push(sound.subarray(at, at + 160)));
  }
  return [...events, ...detector.flush()];
}

/** A beep of `ms` with half a second of silence around it. */
function beep(frequencies: readonly number[], ms: number, levelDb = -20): Int16Array {
  return concatSamples([silence(500), tone(frequencies, ms, { levelDb }), silence(500)]);
}

/** `sound` with white noise of this level, over mu-law. */
function noisy(sound: Int16Array, levelDb: number): Int16Array {
  const random = new SeededRandom(5);
  const peak = 32768 * 10 ** (levelDb / 20) * Math.sqrt(3);
  const mixed = sound.map((sample) => Math.round(sample + peak * (2 * fraction(random) - 1)));
  return expand(compress(mixed, MU_LAW), MU_LAW);
}

describe("ToneDetector", () => {
  test.each([[8000], [16_000], [48_000]])("measures a beep at %d Hz", (sampleRate) => {
    for (const frequency of [350, 440, 1000, 1400, 2100, 2600]) {
      const detector = new ToneDetector(sampleRate);
      const beep = tone([frequency], 400, { sampleRate, levelDb: -20 });
      const events = [...detector.push(beep), ...detector.push(silence(100, { sampleRate }))];
      expect(events.map(({ type }) => type)).toEqual(["start", "end"]);
      for (const event of events) {
        expect(Math.abs(event.frequency - frequency)).toBeLessThan(1);
        expect(Math.abs(event.levelDb + 23)).toBeLessThan(0.2);
      }
      expect(Math.abs(events[1].durationMs - 400)).toBeLessThanOrEqual(5);
    }
  });

  test("finds beeps of every frequency between the lowest and the highest", () => {
    for (let frequency = 350; frequency <= 2600; frequency += 23) {
      const [start, end, ...more] = find(beep([frequency], 200));
      expect([start?.type, end?.type, more]).toEqual(["start", "end", []]);
      expect(Math.abs(start.frequency / frequency - 1)).toBeLessThan(0.005);
    }
  });

  test("finds a beep in noise 12 dB below, and none in noise alone", () => {
    // A sine of -20 dB peak has -23 dBov.
    const found = find(noisy(beep([1000], 400), -35));
    expect(found.map(({ type }) => type)).toEqual(["start", "end"]);
    expect(Math.abs(found[0].frequency - 1000)).toBeLessThan(5);
    expect(find(noisy(silence(20_000), -30))).toEqual([]);
  });

  test("takes a beep for one that lost a packet", () => {
    const sound = beep([850], 600);
    const concealer = new LossConcealer({ random: new SeededRandom(2) });
    const frames = Array.from(
      { length: sound.length / 160 },
      (_, i) =>
        i === 40 ? concealer.conceal(160) : concealer.good(sound.slice(160 * i, 160 * i + 160)),
    );
    const found = find(concatSamples(frames));
    expect(found.map(({ type }) => type)).toEqual(["start", "end"]);
    expect(Math.abs(found[1].durationMs - 600)).toBeLessThanOrEqual(10);
  });

  test("finds one beep after another", () => {
    const sound = concatSamples([beep([1000], 200), beep([1400], 300)]);
    expect(find(sound).map(({ type, frequency }) => `${type} ${Math.round(frequency)}`)).toEqual([
      ...["start 1000", "end 1000", "start 1400", "end 1400"],
    ]);
  });

  test.each<[string, Int16Array]>([
    ["short", beep([1000], 80)],
    ["quiet", beep([1000], 400, -50)],
    ["lower than the lowest", beep([250], 400)],
    ["higher than the highest", beep([3000], 400)],
    ["two: a key", beep([770, 1336], 400)],
    ["two: ringing", beep([440, 480], 400)],
  ])("does not take for a beep what is %s", (_name, sound) => {
    expect(find(sound)).toEqual([]);
  });

  test("takes other lengths, levels and frequencies when it is told to", () => {
    expect(find(beep([1000], 80), { minMs: 60 }).length).toBe(2);
    expect(find(beep([1000], 400, -50), { minLevelDb: -60 }).length).toBe(2);
    expect(find(beep([250], 400), { lowest: 200 }).length).toBe(2);
    expect(find(beep([1000], 400), { lowest: 1090, highest: 1110 })).toEqual([]);
    expect(find(beep([1100], 400), { lowest: 1090, highest: 1110 }).length).toBe(2);
  });

  test("refuses frequencies that there cannot be", () => {
    expect(() => new ToneDetector(8000, { highest: 4000 })).toThrow("below half of 8000 Hz");
    expect(() => new ToneDetector(8000, { lowest: 0 })).toThrow(RangeError);
    expect(() => new ToneDetector(8000, { lowest: 900, highest: 800 })).toThrow(RangeError);
  });
});
