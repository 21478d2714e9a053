/** Doing something again and again, by a clock. */

import type { Clock, Timer } from "./clock.ts";

/**
 * Calls `act` every `ms` milliseconds of `clock`, the first time after as many, until the timer that is
 * returned is cancelled. What `act` throws does not end it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { every, VirtualClock } from "@sofia/phone/clock";
 *
 * const clock = new VirtualClock();
 * const times: number[] = [];
 * const timer = every(clock, 100, () => times.push(clock.now()));
 * await clock.advance(250);
 * timer.cancel();
 * await clock.advance(250);
 * assert.deepEqual(times, [100, 200]);
 * ```
 */
export function every(clock: Clock, ms: number, act: () => void): Timer {
  let timer: Timer;
  const again = () => {
    // Before it acts, which may cancel it.
    timer = clock.setTimer(again, ms);
    act();
  };
  timer = clock.setTimer(again, ms);
  return { cancel: () => timer.cancel() };
}
