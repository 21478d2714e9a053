/** Sound at 4 kHz that is made when somebody asks for it. */

import { RecentSamples, samplesIn } from "../audio/mod.ts";
import { ThinSound } from "./thin_sound.ts";

/** What the filter of {@link ThinSound} remembers, and more, in ms: after a gap its first sound is wrong. */
const SETTLING_MS = 20;
/** How much is thinned at once, in ms: the filter has room for that. */
const PIECE_MS = 100;

/**
 * Keeps the newest sound as it came, and thins it when it is taken: most of a call nobody speaks over
 * the agent, and nobody asks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LazyThinSound } from "./lazy_thin_sound.ts";
 *
 * const sound = new LazyThinSound(100);
 * for (let i = 0; i < 50; i++) sound.push(new Int16Array(160), 8000);
 * const taken = sound.take().reduce((length, thin) => length + thin.length, 0);
 * assert.equal(taken, 480); // 100 ms and what settles the filter
 * assert.deepEqual(sound.take(), []);
 * ```
 */
export class LazyThinSound {
  readonly #keptMs: number;
  readonly #thin = new ThinSound();
  readonly #waiting = new RecentSamples();
  #sampleRate = 0;
  /** What came at another rate, before. */
  #before: Float32Array[] = [];

  /** Keeps `keptMs` milliseconds at least. */
  constructor(keptMs: number) {
    this.#keptMs = keptMs + SETTLING_MS;
  }

  /** Takes the next piece. */
  push(samples: Int16Array, sampleRate: number): void {
    if (sampleRate !== this.#sampleRate) {
      this.#before = this.take();
      this.#sampleRate = sampleRate;
    }
    this.#waiting.push(samples);
    this.#waiting.keep(samplesIn(this.#keptMs, sampleRate));
  }

  /** What came since it was asked last, or the newest of that, piece by piece, at 4 kHz. */
  take(): Float32Array[] {
    const pieces = this.#before;
    this.#before = [];
    const waiting = this.#waiting.takeAll();
    const size = samplesIn(PIECE_MS, this.#sampleRate);
    for (let at = 0; at < waiting.length; at += size) {
      pieces.push(this.#thin.push(waiting.subarray(at, at + size), this.#sampleRate));
    }
    return pieces;
  }
}
