/** How loud a call is while nobody speaks. */

/** How a {@link NoiseFloor} begins. */
export interface NoiseFloorOptions {
  /** What it says until sound has told better, in dBov. @default -50 */
  readonly firstDb?: number;
}

/** How many pieces are remembered, and how long each is. */
const PIECES = 8;
const PIECE_MS = 200;
/** Nothing on a line is quieter than this and matters. */
const QUIETEST_DB = -75;
/** Levels are averaged over about this long, so that a single soft frame is not the noise. */
const SMOOTHING_MS = 60;
/** The least of such averages is below the noise: by about this much in 1.6 s. */
const BIAS_DB = 1.5;

/**
 * Follows the noise by its minimum: even a fast talker pauses for breath or closes the lips within
 * 1.6 s, and then only the noise is left. Falls with the next frame, rises after 1.6 s.
 *
 * The method is that of R. Martin, "Noise power spectral density estimation based on optimal
 * smoothing and minimum statistics" (2001), in one band.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NoiseFloor } from "./noise_floor.ts";
 *
 * const floor = new NoiseFloor();
 * assert.equal(floor.push(-30, 20), -50);
 * for (let i = 0; i < 100; i++) floor.push(-30, 20);
 * assert.equal(floor.push(-30, 20), -28.5);
 * ```
 */
export class NoiseFloor {
  /** The least of each piece, the oldest where the next one goes. */
  readonly #least: Float64Array;
  #now = Infinity;
  #smooth: number | undefined;
  #elapsedMs = 0;
  #next = 0;

  /** A floor for one call. */
  constructor(options: NoiseFloorOptions = {}) {
    const { firstDb = -50 } = options;
    this.#least = new Float64Array(PIECES).fill(firstDb - BIAS_DB);
  }

  /** The noise in dBov, after `ms` milliseconds more of sound of `levelDb` (RMS, dBov). */
  push(levelDb: number, ms: number): number {
    const level = Math.max(levelDb, QUIETEST_DB);
    this.#smooth ??= level;
    this.#smooth += (level - this.#smooth) * ms / (ms + SMOOTHING_MS);
    this.#now = Math.min(this.#now, this.#smooth);
    this.#elapsedMs += ms;
    let least = this.#now;
    for (let i = 0; i < PIECES; i++) least = Math.min(least, this.#least[i]);
    if (this.#elapsedMs >= PIECE_MS) {
      this.#least[this.#next] = this.#now;
      this.#next = (this.#next + 1) % PIECES;
      this.#now = Infinity;
      this.#elapsedMs = 0;
    }
    return least + BIAS_DB;
  }
}
