/** So much sound may come at once, in ms, where no longer stalls are caught up with. */
const MOST_MS = 5000;
/** So much more than a stall that is caught up with may come at once, in ms: stalls come in rows. */
const SPARE_MS = 1000;
/** So much sound may come in each ms: the clock of no sender is that fast. */
const RATE = 1.1;

/**
 * Knows how much sound, and silence in it, there was time for.
 *
 * Nobody speaks faster than time passes, but a sender may say that it does, by packets or by their
 * timestamps alone: all of it would be heard, recorded and transcribed, and one call would cost as much
 * as a hundred.
 */
export class SoundBudget {
  readonly #mostMs: number;
  #leftMs: number;
  #now = -Infinity;

  /** @param catchUpMs the longest stall that is caught up with, in ms */
  constructor(catchUpMs = 0) {
    this.#mostMs = this.#leftMs = Math.max(MOST_MS, catchUpMs + SPARE_MS);
  }

  /**
   * Takes `ms` of what came at `now`, in ms; false, and nothing is taken, if that is too much.
   *
   * @param keptMs what has to be left
   */
  take(ms: number, now: number, keptMs = 0): boolean {
    const passedMs = Math.max(0, now - this.#now);
    this.#leftMs = Math.min(this.#mostMs, this.#leftMs + RATE * passedMs);
    this.#now = Math.max(this.#now, now);
    if (ms + keptMs > this.#leftMs) return false;
    this.#leftMs -= ms;
    return true;
  }
}
