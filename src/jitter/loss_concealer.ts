import { type Random, SystemRandom } from "../clock/mod.ts";
import { type ComfortNoise, parseComfortNoise } from "../rtp/mod.ts";
import { Concealer } from "./concealer.ts";
import { NoiseGenerator } from "./noise_generator.ts";

/** Settings of a {@link LossConcealer}. */
export interface LossConcealerOptions {
  /** Of all samples, in and out: 8000 to 48,000 Hz. @default 8000 */
  readonly sampleRate?: number;
  /** What the comfort noise is made of. @default a SystemRandom */
  readonly random?: Random;
}

/**
 * Makes the sound of all frames that have none of their own: the lost by {@link Concealer}, the
 * silent by {@link NoiseGenerator}.
 *
 * A silence that its sender did not describe is digital silence, zeros: no listener is there to miss
 * the noise of the line, and a detector of voices is surest of it. Sound fades over into a silence;
 * out of one it begins as it is, for a word's first consonant is short.
 *
 * @example
 * ```ts
 * import { LossConcealer } from "@sofia/phone/jitter";
 * import assert from "node:assert/strict";
 *
 * const concealer = new LossConcealer({ sampleRate: 8000 });
 * concealer.good(new Int16Array(160).fill(500));
 * assert.equal(concealer.conceal(160)[0], 500);
 * concealer.silence(160, new Uint8Array(0));
 * assert.deepEqual(concealer.silence(160, new Uint8Array(0)), new Int16Array(160));
 * ```
 */
export class LossConcealer {
  readonly #concealer: Concealer;
  readonly #generator: NoiseGenerator;
  #payload: Uint8Array | undefined;
  #noise: ComfortNoise | undefined;
  #isSilent = true;

  /** Throws a `RangeError` unless the rate is from 8000 to 48,000 Hz. */
  constructor(options: LossConcealerOptions = {}) {
    const { sampleRate = 8000, random = new SystemRandom() } = options;
    this.#concealer = new Concealer(sampleRate);
    this.#generator = new NoiseGenerator(random);
  }

  /** Takes a decoded frame; gives it back, smoothed at its beginning if it follows a loss. */
  good(samples: Int16Array): Int16Array {
    this.#isSilent = false;
    return this.#concealer.good(samples);
  }

  /** Makes `count` samples in the place of lost ones. */
  conceal(count: number): Int16Array {
    return this.#concealer.conceal(count);
  }

  /** Makes `count` samples of silence, as an RFC 3389 payload describes it; zeros if it is empty. */
  silence(count: number, payload: Uint8Array): Int16Array {
    if (payload !== this.#payload) {
      this.#payload = payload;
      this.#noise = parseComfortNoise(payload);
    }
    if (!this.#isSilent) this.#concealer.conceal(0);
    this.#isSilent = true;
    return this.#concealer.good(
      this.#noise ? this.#generator.make(count, this.#noise) : new Int16Array(count),
    );
  }
}
