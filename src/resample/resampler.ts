/** Sound at one rate to the same sound at another. */

import { concatSamples } from "../audio/mod.ts";
import { checkRate } from "./rate.ts";
import { INPUT_SAMPLES, loadedSpeex, OUTPUT_SAMPLES, type SpeexHeap } from "./speex.ts";

/**
 * A streaming resampler between any two rates from 8 to 48 kHz, by windowed sinc.
 *
 * It is speexdsp's at quality 5, 80 taps at the lower rate: flat within 0.01 dB up to 85 % of half the
 * lower rate (3400 of 4000 Hz), images and aliases from 105 % on more than 80 dB down, and late by 40
 * samples of the lower rate (5 ms at 8 kHz). How the sound is cut into pushes makes no difference.
 *
 * @example
 * ```ts
 * import { loadResampler, Resampler } from "@sofia/phone/resample";
 * import assert from "node:assert/strict";
 *
 * await loadResampler();
 * const resampler = new Resampler(8000, 16000);
 * assert.equal(resampler.push(new Int16Array(160)).length, 320);
 * assert.equal(resampler.flush().length, resampler.delay);
 * resampler.close();
 * ```
 */
export class Resampler {
  /** Hz of what goes in. */
  readonly from: number;
  /** Hz of what comes out. */
  readonly to: number;
  /** How late the sound comes out, in samples at {@link to}. */
  readonly delay: number;
  readonly #heap: SpeexHeap;
  /** The native resampler; 0 when closed. */
  #state: number;

  /**
   * A resampler for one sound, 2 to 9 kB outside of the garbage collector until {@link close}.
   *
   * @throws {RangeError} if a rate is not a whole number of Hz from 8000 to 48000
   * @throws {TypeError} before `loadResampler()` is done
   */
  constructor(from: number, to: number) {
    checkRate(from);
    checkRate(to);
    this.from = from;
    this.to = to;
    this.#heap = loadedSpeex();
    const { speex, counts } = this.#heap;
    this.#state = speex._speex_resampler_init(1, from, to, QUALITY, counts);
    const error = speex.HEAPU32[counts >> 2];
    if (error !== 0) throw new Error(`Cannot resample ${from} to ${to} Hz: speexdsp says ${error}`);
    this.delay = speex._speex_resampler_get_output_latency(this.#state);
  }

  /** The next piece of the sound at the new rate: 20 ms for 20 ms. */
  push(samples: Int16Array): Int16Array {
    if (this.#state === 0) {
      throw new TypeError("Cannot resample as the Resampler must not be closed");
    }
    if (samples.length <= INPUT_SAMPLES) return this.#process(samples);
    const pieces: Int16Array[] = [];
    for (let start = 0; start < samples.length; start += INPUT_SAMPLES) {
      pieces.push(this.#process(samples.subarray(start, start + INPUT_SAMPLES)));
    }
    return concatSamples(pieces);
  }

  /** The {@link delay} samples that are still inside. */
  flush(): Int16Array {
    const latency = this.#heap.speex._speex_resampler_get_input_latency(this.#state);
    return this.push(new Int16Array(latency));
  }

  /** Frees the native memory; a second time does nothing. */
  close(): void {
    if (this.#state !== 0) this.#heap.speex._speex_resampler_destroy(this.#state);
    this.#state = 0;
  }

  #process(samples: Int16Array): Int16Array {
    const { speex, input, output, counts } = this.#heap;
    speex.HEAP16.set(samples, input >> 1);
    speex.HEAPU32[counts >> 2] = samples.length;
    speex.HEAPU32[(counts >> 2) + 1] = OUTPUT_SAMPLES;
    speex._speex_resampler_process_int(this.#state, 0, input, counts, output, counts + 4);
    const length = speex.HEAPU32[(counts >> 2) + 1];
    return speex.HEAP16.slice(output >> 1, (output >> 1) + length);
  }
}

const QUALITY = 5;
