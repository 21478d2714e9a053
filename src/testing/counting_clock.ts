/** A clock that knows which of its timers are its own. */

import type { Clock, Timer } from "../clock/mod.ts";

/**
 * Passes on another clock and counts the timers that are set by it, so that those which are set by
 * others on the clock behind it can be told apart.
 */
export class CountingClock implements Clock {
  readonly #clock: Clock;
  #pending = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many of its timers are pending. */
  get pending(): number {
    return this.#pending;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(callback: () => void, delayMs: number): Timer {
    let isPending = true;
    const done = () => {
      if (isPending) this.#pending--;
      isPending = false;
    };
    const timer = this.#clock.setTimer(() => {
      done();
      callback();
    }, delayMs);
    this.#pending++;
    return {
      cancel: () => {
        done();
        timer.cancel();
      },
    };
  }
}
