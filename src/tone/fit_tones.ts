/** Sines that explain a piece of sound, and how much of it they leave unexplained. */

import { solve } from "./solve.ts";

/** One sine of a {@link ToneFit}. */
export interface FittedTone {
  /** Hz, as measured. */
  readonly frequency: number;
  /** The mean of its square. */
  readonly power: number;
}

/** What {@link fitTones} finds. */
export interface ToneFit {
  /** The sines, in the order in which they were looked for. */
  readonly tones: readonly FittedTone[];
  /** The share of the energy that is none of these sines, 0-1; 1 for silence. */
  readonly residual: number;
}

/** How much of the sound each of two looks at a frequency takes: the rest is the time between them. */
const LOOK = 0.6;

/**
 * Measures the sines that are near `frequencies` (Hz) in `samples`, and what is left without them.
 *
 * A frequency is measured by how far its phase goes between an early and a late look at the sound,
 * each under a Hann window, as in a phase vocoder (J. L. Flanagan and R. M. Golden, 1966); what is
 * further away than half the inverse of the time in between (62 Hz in 20 ms) is measured wrong, and
 * then leaves a large residual. Amplitudes and phases are those of the least squares.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tone } from "@sofia/phone/audio";
 * import { fitTones } from "@sofia/phone/tone";
 *
 * const key = Float32Array.from(tone([705, 1345], 20, { fadeMs: 0 }));
 * const { tones, residual } = fitTones(key, [697, 1336], 8000);
 * assert.deepEqual(tones.map(({ frequency }) => Math.round(frequency)), [705, 1345]);
 * assert.ok(residual < 0.001);
 * ```
 */
export function fitTones(
  samples: Float32Array,
  frequencies: readonly number[],
  sampleRate: number,
): ToneFit {
  const turn = (2 * Math.PI) / sampleRate;
  const { length } = samples;
  const steps = frequencies.map((frequency) => refine(samples, frequency * turn));
  // Around the middle of the sound cosines are even and sines are odd: they have nothing in common.
  const waves = steps.map((step) => project(samples, step));
  const [cosines, sines] = [1, -1].map((sign, part) =>
    solve(
      steps.map((one) =>
        steps.map((other) =>
          (evenSum(one - other, length) + sign * evenSum(one + other, length)) / 2
        )
      ),
      waves.map((wave) => wave[part]),
    )
  );
  let energy = 0;
  for (let i = 0; i < length; i++) energy += samples[i] * samples[i];
  const explained = waves.reduce(
    (sum, [even, odd], i) => sum + cosines[i] * even + sines[i] * odd,
    0,
  );
  return {
    tones: steps.map((step, i) => ({
      frequency: step / turn,
      power: (cosines[i] ** 2 + sines[i] ** 2) / 2,
    })),
    residual: energy > 0 ? Math.max(0, 1 - explained / energy) : 1,
  };
}

/** The angle a sample of the sine near `step`, an angle a sample. */
function refine(samples: Float32Array, step: number): number {
  const length = Math.round(LOOK * samples.length);
  const lag = samples.length - length;
  const window = hann(length);
  const [turnRe, turnIm] = [Math.cos(step), -Math.sin(step)];
  let [earlyRe, earlyIm, lateRe, lateIm] = [0, 0, 0, 0];
  let [re, im] = [1, 0];
  for (let i = 0; i < length; i++) {
    const early = window[i] * samples[i];
    const late = window[i] * samples[i + lag];
    earlyRe += early * re;
    earlyIm += early * im;
    lateRe += late * re;
    lateIm += late * im;
    const before = re;
    re = re * turnRe - im * turnIm;
    im = before * turnIm + im * turnRe;
  }
  // Both looks began to turn at their own start: a sine at `step` has gone on by `step * lag`.
  const gone = Math.atan2(lateIm * earlyRe - lateRe * earlyIm, lateRe * earlyRe + lateIm * earlyIm);
  const surplus = gone - step * lag;
  return step + (surplus - 2 * Math.PI * Math.round(surplus / (2 * Math.PI))) / lag;
}

/** How much the sound has of a cosine and a sine of `step` around its middle. */
function project(samples: Float32Array, step: number): readonly [even: number, odd: number] {
  const start = (-step * (samples.length - 1)) / 2;
  const [turnRe, turnIm] = [Math.cos(step), Math.sin(step)];
  let [even, odd, re, im] = [0, 0, Math.cos(start), Math.sin(start)];
  for (let i = 0; i < samples.length; i++) {
    even += re * samples[i];
    odd += im * samples[i];
    const before = re;
    re = re * turnRe - im * turnIm;
    im = before * turnIm + im * turnRe;
  }
  return [even, odd];
}

/** The sum of a cosine of `step` over `length` samples around its middle (Dirichlet's kernel). */
function evenSum(step: number, length: number): number {
  const half = Math.sin(step / 2);
  return Math.abs(half) < 1e-9 ? length : Math.sin((length * step) / 2) / half;
}

const windows = new Map<number, Float64Array>();

function hann(length: number): Float64Array {
  let window = windows.get(length);
  if (window === undefined) {
    const turn = (2 * Math.PI) / length;
    window = Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos(turn * (i + 0.5)));
    windows.set(length, window);
  }
  return window;
}
