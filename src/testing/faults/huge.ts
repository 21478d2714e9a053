/** A step that does not stop talking. */

import type { Fault } from "./fault.ts";

/** How much a step gives. */
export interface HugeOptions {
  /** So many parts, of a thousand characters or a second of sound each. @default Infinity */
  readonly parts?: number;
}

/**
 * Gives far too much, as a stream that makes each part when it is asked for: by default one without
 * end, so that whoever reads it must have had enough some day. While the caller speaks each part is
 * longer by a thousand characters than the one before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mock } from "@sofia/phone/backend";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { huge, withFaults } from "@sofia/phone/testing";
 *
 * const rules = [{ fault: huge({ parts: 1000 }) }];
 * const backend = withFaults(mock(), { clock: new VirtualClock(), rules });
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * let characters = 0;
 * const answer = await backend.generate("Hello?", "1", [], options);
 * for await (const part of answer as AsyncIterable<string>) characters += part.length;
 * assert.equal(characters, 1_000_000);
 * ```
 */
export function huge(options: HugeOptions = {}): Fault {
  const { parts = Infinity } = options;
  return async function* <T>({ step, filling }: { readonly step: string; readonly filling: T }) {
    for (let count = 1; count <= parts; count++) {
      const isSoFar = step === "transcribeStream" && typeof filling === "string";
      yield isSoFar ? filling.repeat(count) as T : filling;
    }
  };
}
