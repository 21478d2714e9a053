/** A step that does not listen when it is told to stop. */

import type { Fault } from "./fault.ts";
import { fired, wait } from "./wait.ts";

/** What comes too late. */
export interface AfterCancelOptions {
  /** How long after the signal it still goes on, in ms. @default 0 */
  readonly delayMs?: number;
  /** Whether it fails then, instead of giving the true answer. @default false */
  readonly throws?: boolean;
  /** As a stream that is there at once and whose first part comes too late. @default false */
  readonly isStream?: boolean;
}

/**
 * Does nothing until its signal fires, and then ends as if nobody had told it to stop.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { afterCancel, withFaults } from "@sofia/phone/testing";
 *
 * const clock = new VirtualClock();
 * const rules = [{ fault: afterCancel({ delayMs: 500 }) }];
 * const backend = withFaults(mock(), { clock, rules });
 * const abort = new AbortController();
 * const options = { signal: abort.signal, sessionId: "1" };
 * const answer = Promise.resolve(backend.generate("Hello?", "1", [], options));
 * abort.abort();
 * assert.equal(await clock.runUntil(answer), "I see.");
 * ```
 */
export function afterCancel(options: AfterCancelOptions = {}): Fault {
  const { delayMs = 0, throws = false, isStream = false } = options;
  return (step) => {
    const late = async () => {
      await fired(step.signal);
      if (delayMs > 0) await wait(step.clock, delayMs);
      if (throws) throw new Error(`${step.step} fails too late, as a test wants it to`);
    };
    if (!isStream) return late().then(() => step.ask());
    return (async function* () {
      await late();
      yield step.filling;
    })();
  };
}
