/** So much sound may come at once, in ms: more than any stall that is caught up with. */
const MOST_MS = 5000;
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
  #leftMs = MOST_MS;
  #now = -Infinity;

  /**
   * Takes `ms` of what came at `now`, in ms; false, and nothing is taken, if that is too much.
   *
   * @param keptMs what has to be left
   */
  take(ms: number, now: number, keptMs = 0): boolean {
    const passedMs = Math.max(0, now - this.#now);
    this.#leftMs = Math.min(MOST_MS, this.#leftMs + RATE * passedMs);
    this.#now = Math.max(this.#now, now);
    if (ms + keptMs > this.#leftMs) return false;
    this.#leftMs -= ms;
    return true;
  }
}
