/** A step that takes its time. */

import type { Fault } from "./fault.ts";
import { partsOfStep } from "./parts_of_step.ts";
import { wait } from "./wait.ts";

/** How slow a step is. */
export interface SlowOptions {
  /**
   * Gives the answer in parts and waits this long before each but the first, in ms.
   * @default undefined, as the backend gives it
   */
  readonly betweenMs?: number;
}

/**
 * Waits `delayMs` milliseconds before the backend is asked. It stops when its signal fires.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { slow, withFaults } from "@sofia/phone/testing";
 *
 * const clock = new VirtualClock();
 * const backend = withFaults(mock(), { clock, rules: [{ fault: slow(3000) }] });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const answer = Promise.resolve(backend.generate("Hello?", "1", [], options));
 * assert.equal(await clock.runUntil(answer), "I see.");
 * assert.equal(clock.now(), 3000);
 * ```
 */
export function slow(delayMs: number, options: SlowOptions = {}): Fault {
  const { betweenMs } = options;
  return async (step) => {
    const { clock, signal } = step;
    await wait(clock, delayMs, signal);
    if (betweenMs === undefined) return await step.ask();
    return (async function* () {
      let isFirst = true;
      for await (const part of partsOfStep(step)) {
        if (!isFirst) await wait(clock, betweenMs, signal);
        isFirst = false;
        yield part;
      }
    })();
  };
}
