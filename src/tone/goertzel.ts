/** How much of one frequency is in a piece of sound. */

/**
 * The power of the sine of `frequency` Hz in `samples`: the mean of its square, so that a sine of
 * amplitude A that is whole in there gives A²/2. Silence gives 0.
 *
 * One multiplication a sample, by the recursion of G. Goertzel ("An Algorithm for the Evaluation of
 * Finite Trigonometric Series", The American Mathematical Monthly 65, 1958). It hears neighbours
 * within the inverse of the length as well: 50 Hz in 20 ms.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tone } from "@sofia/phone/audio";
 * import { goertzel } from "@sofia/phone/tone";
 *
 * const beep = Float32Array.from(tone([1000], 20, { fadeMs: 0, levelDb: 0 }));
 * assert.equal(Math.round(10 * Math.log10(goertzel(beep, 1000, 8000) / 32767 ** 2)), -3);
 * assert.ok(goertzel(beep, 1500, 8000) < 1);
 * ```
 */
export function goertzel(samples: Float32Array, frequency: number, sampleRate: number): number {
  const { length } = samples;
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate);
  let [last, before] = [0, 0];
  for (let i = 0; i < length; i++) {
    const next = samples[i] + coefficient * last - before;
    before = last;
    last = next;
  }
  const square = last * last + before * before - coefficient * last * before;
  return length === 0 ? 0 : (2 * Math.max(0, square)) / (length * length);
}
