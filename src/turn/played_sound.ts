/** What the caller was sent lately. */

import { msIn } from "../audio/mod.ts";
import { LazyThinSound } from "./lazy_thin_sound.ts";
import { THIN_RATE } from "./thin_sound.ts";

/** How much is remembered, in ms: the longest way there and back, and what is compared. */
const KEPT_MS = 1000;

/**
 * The sound that left for the caller in the last second, at 4 kHz, newest last.
 *
 * Silence is sound too: it is told of every packet that leaves, so that positions are times.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PlayedSound } from "@sofia/phone/turn";
 *
 * const played = new PlayedSound();
 * played.push(new Int16Array(160).fill(1000), 8000);
 * assert.equal(Math.round(played.latest(10)[9]), 1000);
 * assert.equal(played.isSilent, false);
 * ```
 */
export class PlayedSound {
  /** Hz of what it keeps. */
  readonly sampleRate: number = THIN_RATE;
  readonly #thin = new LazyThinSound(KEPT_MS);
  readonly #ring = new Float32Array(KEPT_MS * THIN_RATE / 1000);
  #end = 0;
  /** How much silence came last, in ms. */
  #silentMs = KEPT_MS;

  /** Whether all that it keeps is digital silence, of which no echo can come. */
  get isSilent(): boolean {
    return this.#silentMs >= KEPT_MS;
  }

  /** Notes a packet: its samples at `sampleRate` Hz. */
  push(samples: Int16Array, sampleRate: number): void {
    this.#thin.push(samples, sampleRate);
    this.#silentMs = isSilence(samples) ? this.#silentMs + msIn(samples.length, sampleRate) : 0;
  }

  /** The last `length` samples, oldest first, at most a second's; `into` is where they may go. */
  latest(length: number, into?: Float32Array): Float32Array {
    for (const piece of this.#thin.take()) {
      for (const sample of piece) {
        this.#ring[this.#end] = sample;
        this.#end = this.#end + 1 === this.#ring.length ? 0 : this.#end + 1;
      }
    }
    const count = Math.min(length, this.#ring.length);
    const samples = into?.subarray(0, count) ?? new Float32Array(count);
    const start = (this.#end - samples.length + this.#ring.length) % this.#ring.length;
    const first = Math.min(samples.length, this.#ring.length - start);
    samples.set(this.#ring.subarray(start, start + first));
    samples.set(this.#ring.subarray(0, samples.length - first), first);
    return samples;
  }
}

function isSilence(samples: Int16Array): boolean {
  for (let i = 0; i < samples.length; i++) if (samples[i] !== 0) return false;
  return true;
}
