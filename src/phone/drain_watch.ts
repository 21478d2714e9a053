/** How a phone that takes no more calls gets on with those it has. */

import type { Call } from "../call/mod.ts";
import { type Clock, every, within } from "../clock/mod.ts";

/** How far a drain is. */
export interface DrainProgress {
  /** Calls that are left. */
  readonly left: number;
  /** Calls that there were when it began. */
  readonly of: number;
  /** Since it began, in ms. */
  readonly elapsedMs: number;
  /** How long calls may go on, in ms; then they are ended. */
  readonly limitMs: number;
}

/** What {@link watchDrain} needs. */
export interface DrainWatchOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  /** Told at once, each second, whenever a call is over, and when none is left or time is up. */
  readonly onProgress: (progress: DrainProgress) => void;
}

const EVERY_MS = 1000;

/** Waits until `calls` are over, or time is. */
export async function watchDrain(
  calls: readonly Call[],
  { clock, limitMs, onProgress }: DrainWatchOptions,
): Promise<void> {
  const beganAt = clock.now();
  let left = calls.length;
  const tell = () =>
    onProgress({ left, of: calls.length, elapsedMs: clock.now() - beganAt, limitMs });
  const timer = every(clock, EVERY_MS, tell);
  tell();
  let isWatching = true;
  const ends = calls.map(async (call) => {
    await call.ended;
    left--;
    if (isWatching) tell();
  });
  await within(clock, Promise.all(ends), limitMs);
  isWatching = false;
  timer.cancel();
  if (left > 0) tell();
}
