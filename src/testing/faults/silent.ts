/** A step that answers with nothing. */

import type { Fault } from "./fault.ts";

/** How a step says nothing. */
export interface SilentOptions {
  /** As a stream that ends without a part, not as a whole with nothing in it. @default false */
  readonly isStream?: boolean;
}

/**
 * Gives an empty answer at once: no words, or no sound.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { silent, withFaults } from "@sofia/phone/testing";
 *
 * const rules = [{ fault: silent() }];
 * const backend = withFaults(mock(), { clock: new VirtualClock(), rules });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * assert.equal(await backend.generate("Hello?", "1", [], options), "");
 * ```
 */
export function silent(options: SilentOptions = {}): Fault {
  const { isStream = false } = options;
  return (step) => isStream ? (async function* () {})() : step.nothing;
}
