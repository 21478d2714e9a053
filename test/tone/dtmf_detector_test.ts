import { describe, expect, test } from "bun:test";
import { silence, tone } from "../../src/audio/mod.ts";
import { DtmfDetector, dtmfTones } from "../../src/tone/mod.ts";
import { digitsOf, hear, type KeyLineOptions, manyKeys } from "./key_line.ts";

const KEYS = "0123456789*#ABCD";
const MANY = manyKeys(200);

/** How many of the 200 keys are heard, when they are heard in their order and nothing else is. */
function heardOf(options: KeyLineOptions): number {
  const heard = digitsOf(hear(MANY, options));
  let at = 0;
  for (const digit of heard) {
    at = MANY.indexOf(digit, at) + 1;
    expect(at).toBeGreaterThan(0);
  }
  return heard.length;
}

describe("DtmfDetector hears", () => {
  test("all sixteen keys, each once, down and up", () => {
    const heard = hear(KEYS, { toneMs: 100 });
    expect(heard.map(({ type, digit }) => [type, digit])).toEqual(
      [...KEYS].flatMap((digit) => [["start", digit], ["end", digit]]),
    );
    for (const { type, durationMs } of heard) {
      if (type === "end") expect(Math.abs(durationMs - 100)).toBeLessThanOrEqual(5);
      // Told when it is certain, and not when the key is up.
      else expect(durationMs).toBeLessThanOrEqual(40);
    }
  });

  // ITU-T Q.24, table A.1, and the 15 dB of noise that receivers are asked to bear.
  test.each<[string, KeyLineOptions]>([
    ["tones of 40 ms with pauses of 40 ms", {}],
    ["the same key in a row after 30 ms", { pauseMs: 30 }],
    ["frequencies 1.5 % and 2 Hz too low", { offset: -0.018 }],
    ["frequencies 1.5 % and 2 Hz too high", { offset: 0.018 }],
    ["a higher tone that is 4 dB louder", { twistDb: 4 }],
    ["a higher tone that is 8 dB quieter", { twistDb: -8 }],
    ["tones of -30 dBm0", { levelDb: -36 }],
    ["tones as loud as the line bears", { levelDb: -9 }],
    ["noise 12 dB below", { snrDb: 12 }],
    ["all of it at once", { offset: 0.015, twistDb: -8, snrDb: 15 }],
    ["sound of 16 kHz", { sampleRate: 16_000 }],
  ])("%s", (_name, options) => {
    expect(digitsOf(hear(MANY, options))).toBe(MANY);
  });

  test("sound of 48 kHz", () => {
    expect(digitsOf(hear(KEYS, { sampleRate: 48_000 }))).toBe(KEYS);
  });

  test("nine in ten tones of 40 ms when 5 % of the packets are lost, and no other", () => {
    expect(heardOf({ loss: 0.05 })).toBeGreaterThanOrEqual(180);
  });

  test("all tones of 80 ms when 5 % of the packets are lost", () => {
    expect(digitsOf(hear(MANY, { toneMs: 80, pauseMs: 80, loss: 0.05 }))).toBe(MANY);
  });

  test("one key where a tone is interrupted for 10 ms", () => {
    const detector = new DtmfDetector(8000);
    const [part, gap] = [tone(dtmfTones("7"), 60, { fadeMs: 0 }), silence(10)];
    const heard = [part, gap, part, silence(100)].flatMap((piece) => detector.push(piece));
    expect(heard.map(({ type, digit }) => type + digit)).toEqual(["start7", "end7"]);
  });

  test("a key that follows another without a pause", () => {
    const detector = new DtmfDetector(8000);
    const pieces = [tone(dtmfTones("1"), 80), tone(dtmfTones("2"), 80), silence(100)];
    const heard = pieces.flatMap((piece) => detector.push(piece));
    expect(heard.map(({ type, digit }) => type + digit)).toEqual([
      ...["start1", "end1", "start2", "end2"],
    ]);
  });

  test("the end of a key with the end of the sound", () => {
    const detector = new DtmfDetector(8000);
    detector.push(tone(dtmfTones("D"), 100));
    expect(detector.down).toBe("D");
    expect(detector.flush().map(({ type, digit }) => type + digit)).toEqual(["endD"]);
    expect(detector.down).toBeUndefined();
  });
});

describe("DtmfDetector does not hear", () => {
  test.each<[string, KeyLineOptions]>([
    ["tones of 23 ms", { toneMs: 23 }],
    ["frequencies 3 % too low", { offset: -0.03 }],
    ["frequencies 3.5 % too high", { offset: 0.035 }],
    ["a higher tone that is 12 dB quieter", { twistDb: -12 }],
    ["a higher tone that is 8 dB louder", { twistDb: 8 }],
    ["tones of -49 dBm0", { levelDb: -55 }],
  ])("%s", (_name, options) => {
    expect(digitsOf(hear(KEYS, options))).toBe("");
  });

  test("one tone, three, or the tones of dialling, ringing and fax", () => {
    for (
      const frequencies of [
        [697],
        [1209],
        [697, 1209, 1477],
        [770, 852],
        [350, 440],
        [440, 480],
        [480, 620],
        [425],
        [1100],
        [2100],
      ]
    ) {
      const detector = new DtmfDetector(8000);
      expect(detector.push(tone(frequencies, 1000, { levelDb: -20 }))).toEqual([]);
    }
  });

  test("keys shorter than it was told to", () => {
    const detector = new DtmfDetector(8000, { minMs: 100 });
    expect(detector.push(tone(dtmfTones("5"), 70))).toEqual([]);
    detector.push(silence(100));
    expect(detector.push(tone(dtmfTones("5"), 100)).map(({ digit }) => digit)).toEqual(["5"]);
    expect(() => new DtmfDetector(8000, { minMs: 20 })).toThrow("at least 35");
  });
});
