import { beforeAll, describe, expect, test } from "bun:test";
import {
  concatSamples,
  peakLevel,
  rmsLevel,
  sweep,
  toDecibels,
  tone,
} from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { loadResampler, Resampler } from "../../src/resample/mod.ts";
import { loadedSpeex } from "../../src/resample/speex.ts";

beforeAll(loadResampler);

const RATIOS = [
  [8000, 16000],
  [8000, 24000],
  [8000, 48000],
  [16000, 8000],
  [16000, 24000],
  [16000, 48000],
  [22050, 8000],
  [22050, 16000],
  [24000, 8000],
  [24000, 16000],
  [44100, 8000],
  [44100, 16000],
  [48000, 8000],
  [48000, 16000],
  [48000, 24000],
] as const;

/** What `push` and `flush` of a new resampler make of `sound` when it is cut at `size`. */
function resample(sound: Int16Array, from: number, to: number, size = sound.length): Int16Array {
  const resampler = new Resampler(from, to);
  const pieces: Int16Array[] = [];
  for (let start = 0; start < sound.length; start += size) {
    pieces.push(resampler.push(sound.slice(start, start + size)));
  }
  pieces.push(resampler.flush());
  resampler.close();
  return concatSamples(pieces);
}

/** A second of a sine with a peak of -6 dB, its swell and fade left to the caller to skip. */
function sine(frequency: number, sampleRate: number): Int16Array {
  return tone([frequency], 1000, { sampleRate, levelDb: -6, fadeMs: 50 });
}

/** The middle of a second of sound, without swell, fade and delay. */
function middle(sound: Int16Array, sampleRate: number): Int16Array {
  return sound.subarray(sampleRate / 10, (sampleRate / 10) * 9);
}

describe("Resampler", () => {
  test.each(RATIOS)("%d to %d: 20 ms become 20 ms, every time", (from, to) => {
    const resampler = new Resampler(from, to);
    for (let i = 0; i < 100; i++) {
      expect(resampler.push(new Int16Array(from / 50)).length).toBe(to / 50);
    }
    resampler.close();
  });

  test.each(RATIOS)("%d to %d: it makes no difference how the sound is cut", (from, to) => {
    const sound = sweep([100, 3800], 1000, { sampleRate: from });
    const whole = resample(sound, from, to);
    expect(resample(sound, from, to, from / 50)).toEqual(whole);
    expect(resample(sound, from, to, 1)).toEqual(whole);
    expect(resample(sound, from, to, 1021)).toEqual(whole);
  });

  test.each(RATIOS)("%d to %d: up to 85 %% of the band, levels stay within 0.01 dB", (from, to) => {
    const half = Math.min(from, to) / 2;
    for (const part of [0.05, 0.2, 0.4, 0.6, 0.75, 0.85]) {
      const sound = sine(half * part, from);
      const change = rmsLevel(middle(resample(sound, from, to), to)) -
        rmsLevel(middle(sound, from));
      expect(Math.abs(change)).toBeLessThan(0.01);
    }
  });

  test.each(RATIOS.filter(([from, to]) => from > to))(
    "%d to %d: what the new rate cannot hold is 80 dB down, not folded back",
    (from, to) => {
      for (const part of [1.05, 1.2, 1.5, 1.9]) {
        const frequency = (to / 2) * part;
        if (frequency >= from / 2) continue;
        const sound = sine(frequency, from);
        const alias = rmsLevel(middle(resample(sound, from, to), to));
        expect(alias - rmsLevel(middle(sound, from))).toBeLessThan(-80);
      }
    },
  );

  test.each(RATIOS.filter(([from, to]) => from < to))(
    "%d to %d: nothing appears that was not there, down to 80 dB",
    (from, to) => {
      for (const part of [0.05, 0.25, 0.5, 0.85]) {
        const sound = sine((from / 2) * part, from);
        const heard = middle(resample(sound, from, to), to);
        expect(rest(heard, (from / 2) * part, to)).toBeLessThan(-80);
      }
    },
  );

  test.each(RATIOS)("%d to %d: a sound comes out as late as stated, and whole", (from, to) => {
    const resampler = new Resampler(from, to);
    const delay = resampler.delay;
    resampler.close();
    expect(Math.abs((delay * Math.min(from, to)) / to - 40)).toBeLessThan(2);
    const sound = tone([1000], 40, { sampleRate: from });
    const heard = resample(sound, from, to);
    const ideal = tone([1000], 40, { sampleRate: to });
    expect(heard.length).toBe(ideal.length + delay);
    const off = ideal.map((sample, i) => sample - heard[i + delay]);
    // A sample's worth of rounding of the delay is a few degrees of the tone.
    const fraction = (2 * Math.PI * 1000) / to;
    expect(rmsLevel(off) - rmsLevel(ideal)).toBeLessThan(toDecibels(fraction));
  });

  test("too loud a sound is clipped, not wrapped around", () => {
    // A square wave overshoots where its edges lose their upper harmonics.
    const square = Int16Array.from({ length: 8000 }, (_, i) => i % 32 < 16 ? 32767 : -32768);
    const heard = resample(square, 8000, 16000);
    for (let i = 161; i < 15000; i++) {
      const inside = (i - 80) % 64;
      if (inside > 4 && inside < 28) expect(heard[i]).toBeGreaterThan(25000);
      if (inside > 36 && inside < 60) expect(heard[i]).toBeLessThan(-25000);
    }
    expect(peakLevel(heard)).toBe(0);
  });

  test("300 live at once, the heap grown, each as if alone", () => {
    const random = new SeededRandom(8);
    const sounds = Array.from(
      { length: 300 },
      () => Int16Array.from({ length: 882 }, () => random.uint32()),
    );
    const [from, to] = [44100, 16000];
    const resamplers = sounds.map(() => new Resampler(from, to));
    const heard: Int16Array[][] = sounds.map(() => []);
    for (let start = 0; start < 882; start += 147) {
      resamplers.forEach((resampler, call) => {
        heard[call].push(resampler.push(sounds[call].slice(start, start + 147)));
      });
    }
    resamplers.forEach((resampler) => resampler.close());
    heard.forEach((pieces, call) => {
      const alone = resample(sounds[call], from, to);
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      expect(concatSamples(pieces)).toEqual(alone.slice(0, length));
    });
  });

  test("10,000 made and closed leave nothing behind", () => {
    const churn = (count: number) => {
      for (let i = 0; i < count; i++) new Resampler(44100, 16000).close();
    };
    churn(200);
    const before = loadedSpeex().speex.HEAPU32.length;
    churn(10_000);
    expect(loadedSpeex().speex.HEAPU32.length).toBe(before);
  }, 60_000);

  test.each([[7999, 8000], [8000, 48001], [8000.5, 16000], [16000, NaN]])(
    "refuses %d to %d Hz",
    (from, to) => {
      expect(() => new Resampler(from, to)).toThrow(
        "Cannot resample as a rate must be a whole number of Hz from 8000 to 48000",
      );
    },
  );

  test("refuses sound once closed, and may be closed twice", () => {
    const resampler = new Resampler(8000, 16000);
    resampler.close();
    resampler.close();
    expect(() => resampler.push(new Int16Array(160))).toThrow("must not be closed");
    expect(() => resampler.flush()).toThrow("must not be closed");
  });
});

/** The level of all in `sound` that is not the sine of `frequency`, relative to that sine, in dB. */
function rest(sound: Int16Array, frequency: number, sampleRate: number): number {
  const step = (2 * Math.PI * frequency) / sampleRate;
  // Least squares of a cosine and a sine: sound holds whole periods, so they do not mix.
  let [a, b] = [0, 0];
  sound.forEach((sample, i) => {
    a += sample * Math.cos(step * i);
    b += sample * Math.sin(step * i);
  });
  a *= 2 / sound.length;
  b *= 2 / sound.length;
  let energy = 0;
  sound.forEach((sample, i) => {
    energy += (sample - a * Math.cos(step * i) - b * Math.sin(step * i)) ** 2;
  });
  return 10 * Math.log10(energy / sound.length / ((a * a + b * b) / 2));
}
