/** What is thrown when a step has failed for good. */

import type { Step } from "../voice_backend.ts";

/** What a {@link StepError} tells beside its message. */
export interface StepErrorOptions {
  /** The step that failed. */
  readonly step: Step;
  /** Which backend was asked last: 0 for the first, 1 for its first fallback. */
  readonly backend: number;
  /** What went wrong last. */
  readonly cause: unknown;
}

/**
 * A step of a turn has failed for good: no attempt is left and no fallback.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resilient, StepError } from "@sofia/phone/backend";
 *
 * const broken = {
 *   transcribe: () => "Hello?",
 *   generate: (): string => {
 *     throw new Error("no model");
 *   },
 *   speak: () => ({ samples: new Int16Array(320), sampleRate: 16000 }),
 * };
 * const options = { signal: new AbortController().signal, sessionId: "1" };
 * const answer = Promise.resolve(resilient(broken).generate("Hello?", "1", [], options));
 * const error = await answer.catch((error) => error);
 * assert(error instanceof StepError);
 * assert.deepEqual([error.step, error.backend, error.cause], ["generate", 0, new Error("no model")]);
 * ```
 */
export class StepError extends Error {
  /** Always "StepError". */
  override readonly name = "StepError";
  /** The step that failed. */
  readonly step: Step;
  /** Which backend was asked last: 0 for the first, 1 for its first fallback. */
  readonly backend: number;

  /** Says `message`, and keeps what went wrong last as its cause. */
  constructor(message: string, options: StepErrorOptions) {
    super(message, { cause: options.cause });
    this.step = options.step;
    this.backend = options.backend;
  }
}
