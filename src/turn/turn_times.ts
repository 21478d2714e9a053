/** The times of a turn, as they were asked for or by default. */

import type { TurnOptions } from "./turn_options.ts";

/** The times of {@link TurnOptions}, in ms, all of them there. */
export type TurnTimes = Required<
  Pick<
    TurnOptions,
    | "startMs"
    | "startWindowMs"
    | "endMs"
    | "fastEndMs"
    | "slowEndMs"
    | "mayEndMs"
    | "longestMs"
  >
>;

/** The times that are meant. @throws {RangeError} for times that cannot be */
export function turnTimes(options: TurnOptions): TurnTimes {
  const { startMs = 120, startWindowMs = 200, endMs = 500, longestMs = 30_000 } = options;
  const { fastEndMs = Math.min(250, endMs), slowEndMs = Math.max(1200, endMs) } = options;
  const { mayEndMs = 200 } = options;
  const times = { startMs, startWindowMs, endMs, fastEndMs, slowEndMs, mayEndMs, longestMs };
  checkAboveZero("detect turns", times);
  checkAtLeast("startWindowMs", startWindowMs, "startMs", startMs);
  checkAtLeast("endMs", endMs, "fastEndMs", fastEndMs);
  checkAtLeast("slowEndMs", slowEndMs, "endMs", endMs);
  return times;
}

/** Does nothing. @throws {RangeError} unless each of `times`, in ms, is above 0 */
export function checkAboveZero(what: string, times: object): void {
  for (const [name, ms] of Object.entries(times)) {
    // "500" is above 0 as well, and "500" + 200 is no time.
    if (!(typeof ms === "number" && ms > 0)) {
      throw new RangeError(`Cannot ${what} as ${name} is above 0 ms: current value is ${ms}`);
    }
  }
}

function checkAtLeast(name: string, ms: number, other: string, least: number): void {
  if (ms < least) {
    throw new RangeError(
      `Cannot detect turns as ${name} is at least ${other} (${least}): current value is ${ms}`,
    );
  }
}
