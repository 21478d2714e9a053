/** What waits in a live chain, and for how long already. */

/** Frames that may wait at most: 200 ms. */
const MAX_FRAMES = 10;
/** Frames a chain may bring between two ticks: after a stall 2 s, and no source runs away. */
const MAX_BURST = 100;
/** Ticks after which what has waited all the time is taken for a lasting delay: after a stall few. */
const WINDOW = { first: 5, last: 50 };

/**
 * Tells which frames of a live chain would be late for ever: those that pile up, as the process or the
 * network stalled, and do not go away.
 *
 * @example
 * ```ts
 * import { LiveBacklog } from "@sofia/phone/pacing";
 * import assert from "node:assert/strict";
 *
 * const backlog = new LiveBacklog();
 * backlog.came(1);
 * backlog.came(2);
 * const stale = [1, 2, 3, 4, 5].map(() => backlog.tick(1));
 * assert.deepEqual(stale, [0, 0, 0, 0, 1]); // one frame has waited for all of five ticks
 * ```
 */
export class LiveBacklog {
  #isBegun = false;
  #burst = 0;
  #window = WINDOW.first;
  #ticks = 0;
  #leastWaiting = Infinity;

  /** Whether the chain may bring another frame before the next tick. */
  get hasRoom(): boolean {
    return this.#burst < MAX_BURST;
  }

  /** A frame came, the last of `waiting`; returns how many of the oldest are too many. */
  came(waiting: number): number {
    // What the call's first frames waited for, a phase or a module, they need not wait for again.
    if (!this.#isBegun) this.lookAnew();
    this.#isBegun = true;
    this.#burst++;
    return Math.max(0, waiting - MAX_FRAMES);
  }

  /** A tick is over and `waiting` frames are left; returns how many of the oldest are stale. */
  tick(waiting: number): number {
    this.#burst = 0;
    this.#leastWaiting = Math.min(this.#leastWaiting, waiting);
    if (++this.#ticks < this.#window) return 0;
    const stale = this.#leastWaiting;
    this.#look(Math.min(this.#window * 2, WINDOW.last));
    return stale;
  }

  /** The beat has changed: what waits now may be gone soon, and what stays is known soon. */
  lookAnew(): void {
    this.#look(WINDOW.first);
  }

  #look(ticks: number): void {
    this.#window = ticks;
    this.#ticks = 0;
    this.#leastWaiting = Infinity;
  }
}
