/** A step that never ends. */

import type { Fault } from "./fault.ts";
import { partsOfStep } from "./parts_of_step.ts";

/** When a step hangs. */
export interface HangingOptions {
  /**
   * Gives so many parts before; more than there are is a stream that never closes.
   * @default undefined, a promise that never resolves
   */
  readonly afterParts?: number;
}

/**
 * Never answers, or never goes on, and does not listen to its signal.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock, within } from "@sofia/phone/clock";
 * import { hanging, withFaults } from "@sofia/phone/testing";
 *
 * const clock = new VirtualClock();
 * const backend = withFaults(mock(), { clock, rules: [{ fault: hanging() }] });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const answer = Promise.resolve(backend.generate("Hello?", "1", [], options));
 * assert.equal(await clock.runUntil(within(clock, answer, 60_000)), false);
 * ```
 */
export function hanging(options: HangingOptions = {}): Fault {
  const { afterParts } = options;
  return (step) => {
    if (afterParts === undefined) return new Promise(() => {});
    return (async function* () {
      let left = afterParts;
      if (left > 0) {
        for await (const part of partsOfStep(step)) {
          yield part;
          if (--left === 0) break;
        }
      }
      await new Promise(() => {});
    })();
  };
}
