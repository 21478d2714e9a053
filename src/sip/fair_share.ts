/** Keeps a flood of work from holding the event loop, on which the sound of calls depends too. */

import type { Clock } from "../clock/mod.ts";

/** Work that may be done without a pause, in milliseconds. */
const SLICE_MS = 2;
/** Milliseconds of work that each idle millisecond allows: work that takes four fifths never waits. */
const REGAIN = 4;

/**
 * Measures work, and tells when everybody else must have a turn first.
 *
 * A runtime hands over what has come for as long as there is more, and a promise's continuation runs
 * before any timer: whoever does all work as it comes stops every clock while a flood lasts.
 */
export class FairShare {
  readonly #clock: Clock;
  #creditMs = SLICE_MS;
  #idleSince = 0;
  #busySince = 0;

  /** Measures by `clock`. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the next piece of work must wait for; undefined when it may be done at once. */
  turn(): Promise<void> | undefined {
    this.#regain();
    if (this.#creditMs > 0) return undefined;
    return new Promise((resolve) => void this.#clock.setTimer(resolve, 0));
  }

  /** A piece of work begins. */
  begin(): void {
    this.#regain();
    this.#busySince = this.#idleSince;
  }

  /** The piece of work is done. */
  end(): void {
    this.#idleSince = this.#clock.now();
    this.#creditMs -= this.#idleSince - this.#busySince;
  }

  #regain(): void {
    const now = this.#clock.now();
    this.#creditMs = Math.min(SLICE_MS, this.#creditMs + REGAIN * (now - this.#idleSince));
    this.#idleSince = now;
  }
}
