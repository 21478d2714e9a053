import type { Clock, Timer } from "./clock.ts";

/** The longest delay `setTimeout` knows; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
/** How much longer than asked, in whole ms, a timer always takes: Deno's are rounded up twice. */
const OVERSHOOT_MS = "Deno" in globalThis ? 1 : 0;
/** A timer this late, in ms, says that the process was busy. */
const BUSY_MS = 5;

/**
 * The machine's own clock: monotonic, untouched by changes of the time of day.
 *
 * `setTimeout` may fire up to 1 ms early on every runtime, so a call that comes before its time is
 * put off until its time is there. And one that is late because the process was busy lets what came
 * from the network meanwhile be read first: Deno looks at its timers before its sockets, and would
 * take for lost the packets that have been there all the time.
 *
 * @example
 * ```ts
 * import { SystemClock } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const clock = new SystemClock();
 * const start = clock.now();
 * await new Promise<void>((resolve) => clock.setTimer(resolve, 5));
 * assert(clock.now() - start >= 5);
 * ```
 */
export class SystemClock implements Clock {
  /** Milliseconds since the process started. */
  now(): number {
    return performance.now();
  }

  /** Calls `callback` once, `delayMs` milliseconds from now; never before. */
  setTimer(callback: () => void, delayMs: number): Timer {
    if (Number.isNaN(delayMs)) {
      throw new RangeError(
        `Cannot set a timer as its delay must be a number: current value is NaN`,
      );
    }
    const dueAt = this.now() + delayMs;
    let waitedForNetwork = false;
    let id: ReturnType<typeof setTimeout>;
    const arm = () => {
      const remaining = Math.ceil(dueAt - this.now()) - OVERSHOOT_MS;
      id = setTimeout(fire, Math.max(0, Math.min(remaining, LONGEST_TIMEOUT_MS)));
    };
    const fire = () => {
      const late = this.now() - dueAt;
      if (late >= 0 && (late < BUSY_MS || waitedForNetwork)) return callback();
      waitedForNetwork = late >= 0;
      arm();
    };
    arm();
    return { cancel: () => clearTimeout(id) };
  }
}
