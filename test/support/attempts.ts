/** Measuring sound in real time on a machine that others use too. */

import { wait } from "./wait.ts";

/**
 * Runs a measurement up to five times and fails with what was wrong the last time.
 *
 * For what a stalled machine can spoil and nothing else can heal: a phone that is wrong is wrong each
 * time. A body cleans up after itself, whether it throws or not.
 */
export async function attempts(body: () => Promise<void>): Promise<void> {
  for (let left = 4; left > 0; left--) {
    try {
      return await body();
    } catch {
      // Measured anew, when what the machine was at may be over.
      await wait(1000);
    }
  }
  await body();
}
