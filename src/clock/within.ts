/** Waiting with an end to it, by a clock. */

import type { Clock } from "./clock.ts";

/**
 * Resolves when `promise` has settled, either way, or after `limitMs` milliseconds of `clock`: true
 * if it settled in time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock, within } from "@sofia/phone/clock";
 *
 * const clock = new VirtualClock();
 * const waiting = within(clock, new Promise(() => {}), 100);
 * await clock.advance(100);
 * assert.equal(await waiting, false);
 * ```
 */
export function within(clock: Clock, promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.setTimer(() => resolve(false), limitMs);
    const settled = () => {
      timer.cancel();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
