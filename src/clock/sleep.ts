/** Waiting by a clock. */

import type { Clock } from "./clock.ts";

/**
 * Resolves after `ms` milliseconds of `clock`, never before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sleep, VirtualClock } from "@sofia/phone/clock";
 *
 * const clock = new VirtualClock();
 * const sleeping = sleep(clock, 100).then(() => clock.now());
 * await clock.advance(500);
 * assert.equal(await sleeping, 100);
 * ```
 */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, ms));
}
