import { saturate } from "../audio/mod.ts";
import { Erasure, HISTORY_MS } from "./erasure.ts";

/**
 * Conceals lost sound by waveform, as ITU-T G.711 Appendix I describes it, at any rate to 48 kHz.
 *
 * The pitch period of the last sound is repeated; after 10 ms the last two periods, after 20 ms the
 * last three, so that it does not hum. From 10 ms on it fades by 20 % of the start every 10 ms, to
 * nothing after 60 ms. When sound comes again, it is faded in over what the repetition would have
 * gone on with: for a quarter of a period, and 4 ms more per 10 ms of loss, up to 10 ms.
 *
 * Appendix I delays all sound by 3.75 ms, so that it can fade over into the repetition before the
 * loss begins. Here nothing is delayed: to the beginning of the repetition the difference is added
 * between the last sample and the one a period before it, and let go over a quarter of a period.
 *
 * @example
 * ```ts
 * import { Concealer } from "@sofia/phone/jitter";
 * import assert from "node:assert/strict";
 *
 * const tone = Int16Array.from({ length: 800 }, (_, i) => 8000 * Math.sin(2 * Math.PI * i / 80));
 * const concealer = new Concealer(8000);
 * concealer.good(tone.slice(0, 640));
 * const made = concealer.conceal(80);
 * made.forEach((sample, i) => assert(Math.abs(sample - tone[640 + i]) < 100));
 * ```
 */
export class Concealer {
  readonly #sampleRate: number;
  /** The last sound given out, whole or made. */
  readonly #history: Int16Array;
  #erasure: Erasure | undefined;
  /** While sound comes back after a loss: over how many samples, and how many of them are left. */
  #recovery = 0;
  #recoveryLeft = 0;

  /** Throws a `RangeError` unless `sampleRate` is from 8000 to 48,000 Hz. */
  constructor(sampleRate = 8000) {
    if (!(sampleRate >= 8000 && sampleRate <= 48_000)) {
      throw new RangeError(
        `Cannot conceal as the rate must be 8000 to 48000 Hz: current value is ${sampleRate}`,
      );
    }
    this.#sampleRate = sampleRate;
    this.#history = new Int16Array(Math.ceil(HISTORY_MS * sampleRate / 1000));
  }

  /** Takes sound that came whole; gives it back, with its beginning smoothed if it follows a loss. */
  good(samples: Int16Array): Int16Array {
    const smoothed = this.#erasure && samples.length > 0 ? this.#recover(samples) : samples;
    this.#remember(smoothed);
    return smoothed;
  }

  /**
   * Makes `count` samples for sound that is lost.
   *
   * With a count of 0 the next sound fades in over the repetition of the last: for a place where one
   * sound ends and another, unrelated one begins.
   */
  conceal(count: number): Int16Array {
    if (!this.#erasure || this.#recovery > 0) {
      this.#erasure = new Erasure(this.#history.slice(), this.#sampleRate);
      this.#recovery = 0;
    }
    const made = new Int16Array(count);
    for (let i = 0; i < count; i++) made[i] = saturate(this.#erasure.next());
    this.#remember(made);
    return made;
  }

  /** Fades `samples` in over what the concealment would have gone on with. */
  #recover(samples: Int16Array): Int16Array {
    const erasure = this.#erasure!;
    if (this.#recovery === 0) this.#recovery = this.#recoveryLeft = erasure.recoveryLength;
    const smoothed = samples.slice();
    const end = Math.min(samples.length, this.#recoveryLeft);
    for (let i = 0; i < end; i++) {
      const share = this.#recoveryLeft-- / (this.#recovery + 1);
      smoothed[i] = saturate(samples[i] + (erasure.next() - samples[i]) * share);
    }
    if (this.#recoveryLeft === 0) {
      this.#erasure = undefined;
      this.#recovery = 0;
    }
    return smoothed;
  }

  #remember(samples: Int16Array): void {
    const history = this.#history;
    if (samples.length < history.length) {
      history.copyWithin(0, samples.length);
      history.set(samples, history.length - samples.length);
    } else history.set(samples.subarray(samples.length - history.length));
  }
}
