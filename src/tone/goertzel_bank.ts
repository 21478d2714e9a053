/** How much of some frequencies is in a piece of sound. */

/** Frequencies that are looked for together: a processor does four sums in the time of one. */
const AT_ONCE = 4;

/**
 * Measures the power of sines of known frequencies.
 *
 * One multiplication a sample, by the recursion of G. Goertzel ("An Algorithm for the Evaluation of
 * Finite Trigonometric Series", The American Mathematical Monthly 65, 1958). It hears neighbours
 * within the inverse of the length as well: 50 Hz in 20 ms.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tone } from "@sofia/phone/audio";
 * import { GoertzelBank } from "@sofia/phone/tone";
 *
 * const bank = new GoertzelBank([1000, 1500], 8000);
 * const beep = Float32Array.from(tone([1000], 20, { fadeMs: 0, levelDb: 0 }));
 * const [there, notThere] = bank.powers(beep);
 * assert.equal(Math.round(10 * Math.log10(there / 32767 ** 2)), -3);
 * assert.ok(notThere < 1);
 * ```
 */
export class GoertzelBank {
  /** Hz of what is looked for. */
  readonly frequencies: readonly number[];
  readonly #coefficients: Float64Array;
  readonly #powers: Float64Array;

  /** Looks for `frequencies` (Hz) in sound of `sampleRate` Hz. */
  constructor(frequencies: readonly number[], sampleRate: number) {
    this.frequencies = frequencies;
    const length = AT_ONCE * Math.ceil(frequencies.length / AT_ONCE);
    this.#coefficients = new Float64Array(length);
    frequencies.forEach((frequency, i) =>
      this.#coefficients[i] = 2 * Math.cos((2 * Math.PI * frequency) / sampleRate)
    );
    this.#powers = new Float64Array(length);
  }

  /**
   * The power of each frequency in `samples`: the mean of the square of its sine, so that one of
   * amplitude A that is whole in there gives A²/2. Valid until the next call.
   */
  powers(samples: Float32Array): Float64Array {
    for (let i = 0; i < this.#powers.length; i += AT_ONCE) this.#measure(samples, i);
    return this.#powers.subarray(0, this.frequencies.length);
  }

  /** The loudest frequency in `samples`: its place among {@link frequencies}, and its power. */
  loudest(samples: Float32Array): { readonly index: number; readonly power: number } {
    const powers = this.powers(samples);
    let index = 0;
    for (let i = 1; i < powers.length; i++) if (powers[i] > powers[index]) index = i;
    return { index, power: powers[index] };
  }

  #measure(samples: Float32Array, from: number): void {
    const powers = this.#powers;
    const [c0, c1, c2, c3] = this.#coefficients.subarray(from, from + AT_ONCE);
    let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
    const { length } = samples;
    for (let i = 0; i < length; i++) {
      const sample = samples[i];
      const n0 = sample + c0 * a0 - b0;
      const n1 = sample + c1 * a1 - b1;
      const n2 = sample + c2 * a2 - b2;
      const n3 = sample + c3 * a3 - b3;
      b0 = a0;
      b1 = a1;
      b2 = a2;
      b3 = a3;
      a0 = n0;
      a1 = n1;
      a2 = n2;
      a3 = n3;
    }
    const scale = length === 0 ? 0 : 2 / (length * length);
    powers[from] = scale * Math.max(0, a0 * a0 + b0 * b0 - c0 * a0 * b0);
    powers[from + 1] = scale * Math.max(0, a1 * a1 + b1 * b1 - c1 * a1 * b1);
    powers[from + 2] = scale * Math.max(0, a2 * a2 + b2 * b2 - c2 * a2 * b2);
    powers[from + 3] = scale * Math.max(0, a3 * a3 + b3 * b3 - c3 * a3 * b3);
  }
}
