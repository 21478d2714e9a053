/** A step that fails. */

import type { Fault } from "./fault.ts";
import { partsOfStep } from "./parts_of_step.ts";

/** How a step fails. */
export interface ThrowingOptions {
  /** Gives so many parts before. @default undefined, it fails instead of answering */
  readonly afterParts?: number;
  /** Throws out of the call itself, instead of returning a promise that rejects. @default false */
  readonly isSync?: boolean;
  /** What is thrown. @default an Error that names the step */
  readonly error?: unknown;
}

/**
 * Fails: at once, or after some parts of the true answer.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { throwing, withFaults } from "@sofia/phone/testing";
 *
 * const rules = [{ fault: throwing(), nth: 1 }];
 * const backend = withFaults(mock(), { clock: new VirtualClock(), rules });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const generate = async () => await backend.generate("Hello?", "1", [], options);
 * await assert.rejects(generate, { message: "generate fails as a test wants it to" });
 * assert.equal(await generate(), "I see.");
 * ```
 */
export function throwing(options: ThrowingOptions = {}): Fault {
  const { afterParts, isSync = false } = options;
  return (step) => {
    const { error = new Error(`${step.step} fails as a test wants it to`) } = options;
    if (isSync) throw error;
    if (afterParts === undefined) return Promise.reject(error);
    return (async function* () {
      let left = afterParts;
      if (left > 0) {
        for await (const part of partsOfStep(step)) {
          yield part;
          if (--left === 0) break;
        }
      }
      throw error;
    })();
  };
}
