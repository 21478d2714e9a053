/** Something that is sent again and again, less and less often. */

import type { Clock, Timer } from "../clock/mod.ts";

/** Calls a function after T1, then after twice that, and so on, never further apart than T2. */
export class Repeater {
  readonly #clock: Clock;
  readonly #action: () => void;
  readonly #maxMs: number;
  #timer: Timer;

  /** @param action what to repeat; the first time, at once, is up to the caller */
  constructor(clock: Clock, action: () => void, options: { firstMs: number; maxMs: number }) {
    this.#clock = clock;
    this.#action = action;
    this.#maxMs = options.maxMs;
    this.#timer = this.#after(options.firstMs);
  }

  /** Goes on at the longest interval, from now on. */
  slowDown(): void {
    this.#timer.cancel();
    this.#timer = this.#after(this.#maxMs);
  }

  /** Ends it. */
  stop(): void {
    this.#timer.cancel();
  }

  #after(delayMs: number): Timer {
    return this.#clock.setTimer(() => {
      this.#timer = this.#after(Math.min(2 * delayMs, this.#maxMs));
      this.#action();
    }, delayMs);
  }
}
