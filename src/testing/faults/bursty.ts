/** A step that gives everything at once, and then nothing for long. */

import type { Fault } from "./fault.ts";
import { partsOfStep } from "./parts_of_step.ts";
import { wait } from "./wait.ts";

/** How the parts of a step come. */
export interface BurstyOptions {
  /** How many parts come together, before each gap. @default Infinity, one gap before the end */
  readonly burst?: number;
}

/**
 * Gives parts in bursts, with `gapMs` milliseconds after each. It stops when its signal fires.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { bursty, withFaults } from "@sofia/phone/testing";
 *
 * const clock = new VirtualClock();
 * const backend = withFaults(mock(), { clock, rules: [{ fault: bursty(5000) }] });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const answer = await backend.generate("Hello?", "1", [], options);
 * const parts = (answer as AsyncIterable<string>)[Symbol.asyncIterator]();
 * assert.deepEqual([(await parts.next()).value, (await parts.next()).value], ["I ", "see."]);
 * await clock.runUntil(parts.next());
 * assert.equal(clock.now(), 5000);
 * ```
 */
export function bursty(gapMs: number, options: BurstyOptions = {}): Fault {
  const { burst = Infinity } = options;
  return async function* (step) {
    const { clock, signal } = step;
    let left = burst;
    for await (const part of partsOfStep(step)) {
      if (left-- === 0) {
        await wait(clock, gapMs, signal);
        left = burst - 1;
      }
      yield part;
    }
    await wait(clock, gapMs, signal);
  };
}
