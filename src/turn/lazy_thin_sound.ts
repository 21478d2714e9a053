/** Sound at 4 kHz that is made when somebody asks for it. */

import { msIn } from "../audio/mod.ts";
import { ThinSound } from "./thin_sound.ts";

/** What the filter of {@link ThinSound} remembers, and more, in ms: after a gap its first sound is wrong. */
const SETTLING_MS = 20;

/** Sound that waits to be thinned. */
interface Piece {
  readonly samples: Int16Array;
  readonly sampleRate: number;
  readonly ms: number;
}

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
  readonly #waiting: Piece[] = [];
  #ms = 0;

  /** Keeps at least `keptMs` milliseconds, in whole pieces. */
  constructor(keptMs: number) {
    this.#keptMs = keptMs + SETTLING_MS;
  }

  /** Takes the next piece, which is not to be written to again. */
  push(samples: Int16Array, sampleRate: number): void {
    const ms = msIn(samples.length, sampleRate);
    this.#waiting.push({ samples, sampleRate, ms });
    this.#ms += ms;
    while (this.#ms - this.#waiting[0].ms >= this.#keptMs) this.#ms -= this.#waiting.shift()!.ms;
  }

  /** What came since it was asked last, or the newest of that, piece by piece, at 4 kHz. */
  take(): Float32Array[] {
    this.#ms = 0;
    return this.#waiting.splice(0)
      // Whoever had a frame after us may have given its buffer away.
      .filter(({ samples }) => samples.length > 0)
      .map(({ samples, sampleRate }) => this.#thin.push(samples, sampleRate));
  }
}
