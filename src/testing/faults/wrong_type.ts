/** A step that gives what it must not. */

import type { Fault } from "./fault.ts";

/** How a step is wrong. */
export interface WrongTypeOptions {
  /** What it gives. @default 42 */
  readonly value?: unknown;
  /** As the only part of a stream, not as a whole. @default false */
  readonly isStream?: boolean;
}

/**
 * Gives something that is neither text nor sound, as code without types may.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { withFaults, wrongType } from "@sofia/phone/testing";
 *
 * const rules = [{ fault: wrongType({ value: null }) }];
 * const backend = withFaults(mock(), { clock: new VirtualClock(), rules });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * assert.equal(await backend.generate("Hello?", "1", [], options), null);
 * ```
 */
export function wrongType(options: WrongTypeOptions = {}): Fault {
  const { value = 42, isStream = false } = options;
  return <T>() =>
    isStream
      ? (async function* () {
        yield value as T;
      })()
      : value as T;
}
