/** Loud sound in which no voice is ever found: perhaps there is none, perhaps nobody listens. */

/** When sound counts as unheard. */
export interface DeafnessOptions {
  /**
   * How loud a frame must be to count, in dBov (RMS). A talker on a telephone line is at -30 to -15,
   * its noise below -45.
   * @default -35
   */
  readonly loudDb?: number;
  /**
   * How much loud sound without a voice is suspicious, in ms: nobody leaves a phone ringing off the
   * hook that long, and a caller who is not heard has by then said "hello?" three times.
   * @default 8000
   */
  readonly deafMs?: number;
  /**
   * How much sound must pass from one suspicion to the next, in ms, as music on hold is no voice
   * however often a detector is asked.
   * @default 60000
   */
  readonly pauseMs?: number;
}

/**
 * Counts loud frames without a voice since the last one with a voice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Deafness } from "./deafness.ts";
 *
 * const deafness = new Deafness({ deafMs: 60 });
 * const loud = { levelDb: -20, durationMs: 20, speech: false };
 * assert.deepEqual([1, 2, 3].map(() => deafness.push(loud)), [false, false, true]);
 * ```
 */
export class Deafness {
  readonly #loudDb: number;
  readonly #deafMs: number;
  readonly #pauseMs: number;
  #loudMs = 0;
  #sinceMs = Infinity;

  /** Of one call. */
  constructor(options: DeafnessOptions = {}) {
    const { loudDb = -35, deafMs = 8000, pauseMs = 60_000 } = options;
    this.#loudDb = loudDb;
    this.#deafMs = deafMs;
    this.#pauseMs = pauseMs;
  }

  /** Takes what came of a frame; true when it is time to suspect the detector. */
  push({ levelDb, durationMs, speech }: HeardFrame): boolean {
    this.#sinceMs += durationMs;
    if (speech) this.#loudMs = 0;
    else if (levelDb > this.#loudDb) this.#loudMs += durationMs;
    if (this.#loudMs < this.#deafMs || this.#sinceMs < this.#pauseMs) return false;
    this.#loudMs = 0;
    this.#sinceMs = 0;
    return true;
  }
}

/** A frame that was judged. */
export interface HeardFrame {
  /** How loud it is, in dBov (RMS). */
  readonly levelDb: number;
  /** How long it is, in ms. */
  readonly durationMs: number;
  /** A voice was found in it. */
  readonly speech: boolean;
}
