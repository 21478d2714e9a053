/** How often somebody sends, who may send anything. */

import type { Clock } from "../clock/mod.ts";

/** Messages a second that are no more than a call is: sound comes in 50, some send 100, and keys besides. */
const PER_SECOND = 200;
/** So many at once: half a minute of sound, which comes together when a network was away for so long. */
const MOST = 1500;

/**
 * Tells a caller from a flood: the work that one connection makes is taken from the sound of all calls, as
 * one thread moves it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { MessageRate } from "./message_rate.ts";
 *
 * const rate = new MessageRate(new VirtualClock());
 * const taken = Array.from({ length: 1501 }, () => rate.take());
 * assert.deepEqual([taken.at(0), taken.at(-2), taken.at(-1)], [true, true, false]);
 * ```
 */
export class MessageRate {
  readonly #clock: Clock;
  #left = MOST;
  #at: number;

  /** Nothing has come yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.now();
  }

  /** Whether one more message is no flood, asked for each. */
  take(): boolean {
    const now = this.#clock.now();
    this.#left = Math.min(MOST, this.#left + (now - this.#at) * PER_SECOND / 1000);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
