import { describe, expect, test } from "bun:test";
import { rmsLevel, tone } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { Concealer } from "../../src/jitter/mod.ts";
import { intelligibilityOf } from "./estoi.ts";
import {
  heal,
  lossPattern,
  recordedSpeech,
  type Remedy,
  repeatLast,
  stretch,
  zeros,
} from "./speech.ts";

const speech = recordedSpeech();
const FRAME = 160;

/** A tone of 150 Hz with two overtones, as a voice has them. */
function buzz(count: number, sampleRate: number, hz = 150): Int16Array {
  return Int16Array.from({ length: count }, (_, i) => {
    const phase = 2 * Math.PI * hz * i / sampleRate;
    return 6000 * Math.sin(phase) + 3000 * Math.sin(2 * phase + 1) + 1500 * Math.sin(3 * phase + 2);
  });
}

function energyOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

/** Signal to error in dB of `made`, which stands for `original`. */
function fidelity(original: Int16Array, made: Int16Array): number {
  const error = original.map((sample, i) => sample - made[i]);
  return 10 * Math.log10(energyOf(original) / Math.max(1, energyOf(error)));
}

/** The jumps at the borders of lost frames that stand out of the 5 ms on either side. */
function clicks(samples: Int16Array, lost: readonly boolean[]): number {
  const jump = (i: number) => Math.abs(samples[i] - samples[i - 1]);
  const borders = lost.flatMap((isLost, i) => i > 0 && isLost !== lost[i - 1] ? [i * FRAME] : []);
  return borders.filter((border) => {
    let largest = 0;
    for (let i = border - 40; i < border + 40; i++) {
      if (i !== border) largest = Math.max(largest, jump(i));
    }
    return jump(border) > 1.2 * largest + 10;
  }).length;
}

describe("Concealer on recorded speech", () => {
  const judge = intelligibilityOf(speech.slice(0, 500 * FRAME));

  test.each([[5, 0.008, 0.01], [10, 0.015, 0.015], [20, 0.03, 0.02]])(
    "is understood better at %d percent loss by %d of ESTOI than zeros, by %d than the last frame",
    (percent, overZeros, overLast) => {
      const lost = lossPattern(500, percent / 100, 7);
      const ours = judge(heal(speech, lost, FRAME, new Concealer()));
      expect(ours).toBeGreaterThan(judge(heal(speech, lost, FRAME, zeros())) + overZeros);
      expect(ours).toBeGreaterThan(judge(heal(speech, lost, FRAME, repeatLast())) + overLast);
    },
  );

  test("follows the voice where the last frame again runs against it", () => {
    const lost = lossPattern(500, 0.1, 7);
    const likeness = (remedy: Remedy) => {
      const healed = heal(speech, lost, FRAME, remedy);
      const likenesses = lost.flatMap((isLost, i) => {
        const original = speech.slice(i * FRAME, (i + 1) * FRAME);
        if (!isLost || rmsLevel(original) < -50) return [];
        const made = healed.slice(i * FRAME, (i + 1) * FRAME);
        const product = original.reduce((sum, sample, j) => sum + sample * made[j], 0);
        return product / Math.sqrt(energyOf(original) * energyOf(made) + 1);
      });
      return likenesses.reduce((sum, each) => sum + each, 0) / likenesses.length;
    };
    expect(likeness(new Concealer())).toBeGreaterThan(likeness(repeatLast()) + 0.2);
  });

  test.each([[5], [10], [20]])("clicks at no border of %d percent lost frames", (percent) => {
    const lost = lossPattern(500, percent / 100, 7);
    expect(clicks(heal(speech, lost, FRAME, new Concealer()), lost)).toBe(0);
    // The measure hears the others click.
    expect(clicks(heal(speech, lost, FRAME, zeros()), lost)).toBeGreaterThan(5);
    expect(clicks(heal(speech, lost, FRAME, repeatLast()), lost)).toBeGreaterThan(10);
  });

  test("passes whole sound on untouched, and the same array", () => {
    const concealer = new Concealer();
    for (let at = 0; at + FRAME <= 16_000; at += FRAME) {
      const frame = speech.slice(at, at + FRAME);
      expect(concealer.good(frame)).toBe(frame);
      expect(frame).toEqual(speech.slice(at, at + FRAME));
    }
  });

  test("touches 10 ms at most of the sound that follows a loss", () => {
    const concealer = new Concealer();
    concealer.good(speech.slice(0, 8000));
    concealer.conceal(800);
    const next = speech.slice(8800, 9200);
    const healed = concealer.good(next);
    expect(healed).not.toBe(next);
    expect(healed.slice(80)).toEqual(speech.slice(8880, 9200));
    expect(next).toEqual(speech.slice(8800, 9200));
  });
});

describe("Concealer goes on with", () => {
  test.each(
    [8000, 16_000, 24_000, 48_000].flatMap((rate) => [[rate, 100], [rate, 150], [rate, 190]]),
  )(
    "a voice at %d Hz of pitch %d Hz, in phase, for the first 10 ms",
    (sampleRate, hz) => {
      const sound = buzz(sampleRate / 5, sampleRate, hz);
      const start = sampleRate / 10;
      const concealer = new Concealer(sampleRate);
      concealer.good(sound.slice(0, start));
      const made = concealer.conceal(sampleRate / 100);
      expect(fidelity(sound.slice(start, start + made.length), made)).toBeGreaterThan(20);
    },
  );

  test("a pure tone over 20 ms, with the fade that is due and nothing else", () => {
    const sound = tone([200], 100);
    const concealer = new Concealer();
    concealer.good(sound.slice(0, 480));
    const made = concealer.conceal(160);
    const faded = sound.slice(480, 640).map((sample, i) => {
      return i < 80 ? sample : sample * (1 - 0.2 * (i - 80) / 80);
    });
    expect(fidelity(faded, made)).toBeGreaterThan(25);
  });

  test("the same samples however the loss is cut into frames", () => {
    const whole = new Concealer();
    const cut = new Concealer();
    for (const concealer of [whole, cut]) concealer.good(speech.slice(4000, 8000));
    const random = new SeededRandom(3);
    const pieces: number[] = [];
    while (pieces.length < 520) pieces.push(...cut.conceal(1 + random.uint32() % 37));
    expect(whole.conceal(pieces.length)).toEqual(Int16Array.from(pieces));
    const [next, rest] = [speech.slice(8000, 8160), speech.slice(8160, 8320)];
    const afterCut = [7, 30, 123].map((length, i, all) => {
      const at = all.slice(0, i).reduce((sum, each) => sum + each, 0);
      return [...cut.good(next.slice(at, at + length))];
    });
    expect(whole.good(next)).toEqual(Int16Array.from(afterCut.flat()));
    expect(cut.good(rest)).toEqual(whole.good(rest));
  });
});

describe("Concealer fades", () => {
  test("by a fifth each 10 ms after the first, to nothing after 60 ms", () => {
    const concealer = new Concealer();
    concealer.good(buzz(800, 8000, 200));
    const made = concealer.conceal(800);
    const levels = Array.from({ length: 8 }, (_, i) => {
      return Math.sqrt(energyOf(made.slice(80 * i, 80 * (i + 1))));
    });
    [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0, 0].forEach((share, i) => {
      expect(levels[i] / levels[0]).toBeCloseTo(share, 1);
    });
    expect(made.slice(480).every((sample) => sample === 0)).toBe(true);
  });

  test("in again after a long loss within 10 ms, without a jump", () => {
    const concealer = new Concealer();
    concealer.good(buzz(800, 8000));
    concealer.conceal(1600);
    const next = new Int16Array(160).fill(8000);
    const healed = concealer.good(next);
    expect(Math.max(...healed.map((sample, i) => sample - (healed[i - 1] ?? 0)))).toBeLessThan(105);
    expect(healed.slice(80)).toEqual(next.slice(80));
  });
});

describe("Concealer bears", () => {
  test("silence, which stays silence", () => {
    const concealer = new Concealer();
    expect(concealer.conceal(160)).toEqual(new Int16Array(160));
    concealer.good(new Int16Array(160));
    expect(concealer.conceal(300)).toEqual(new Int16Array(300));
    expect(concealer.good(new Int16Array(160))).toEqual(new Int16Array(160));
  });

  test("full scale, without wrapping over", () => {
    const square = Int16Array.from({ length: 800 }, (_, i) => i % 50 < 25 ? 32767 : -32768);
    const concealer = new Concealer();
    concealer.good(square);
    const made = concealer.conceal(160);
    const signs = made.slice(0, 80).filter((sample, i) => sample > 0 !== (i % 50 < 25));
    expect(signs.length).toBeLessThan(8);
  });

  test("frames of no samples, and of one", () => {
    const concealer = new Concealer();
    expect(concealer.good(new Int16Array(0))).toEqual(new Int16Array(0));
    expect(concealer.conceal(0)).toEqual(new Int16Array(0));
    for (let i = 0; i < 1000; i++) {
      const make = i % 7 === 0 ? concealer.conceal(1) : concealer.good(speech.slice(i, i + 1));
      expect(make).toHaveLength(1);
    }
  });

  test("noise: what is made is no louder than what was", () => {
    const random = new SeededRandom(5);
    const noise = Int16Array.from({ length: 8000 }, () => (random.uint32() & 0x3fff) - 0x2000);
    const concealer = new Concealer();
    for (let at = 0; at < 8000; at += 320) {
      concealer.good(noise.slice(at, at + 160));
      expect(rmsLevel(concealer.conceal(160))).toBeLessThan(rmsLevel(noise) + 1.5);
    }
  });

  test("48 kHz as well as 8", () => {
    const fine = stretch(speech.slice(0, 24_000), 6);
    const lost = lossPattern(140, 0.1, 11);
    const clean = speech.slice(0, 140 * FRAME);
    const coarse = heal(clean, lost, FRAME, new Concealer(8000));
    const healed = heal(fine, lost, 6 * FRAME, new Concealer(48_000));
    const thinned = Int16Array.from({ length: coarse.length }, (_, i) => healed[6 * i]);
    const [at8, at48] = [coarse, thinned].map(intelligibilityOf(clean));
    expect(Math.abs(at8 - at48)).toBeLessThan(0.01);
  });

  test.each([[0], [7999], [96_000], [NaN]])("no rate of %d Hz", (rate) => {
    expect(() => new Concealer(rate)).toThrow(RangeError);
  });
});
