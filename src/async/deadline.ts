import { abortable } from "./abortable.ts";
import { delay } from "./delay.ts";

/** Options of {@link deadline}. */
export interface DeadlineOptions {
  /** Ends the wait early: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Settles as `promise` does or, if that takes more than `ms` milliseconds of real time, rejects with
 * a `DOMException` named `TimeoutError`. The work behind the promise goes on.
 *
 * @example
 * ```ts
 * import { deadline } from "@sofia/phone/async";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await deadline(Promise.resolve("in time"), 1000), "in time");
 * await assert.rejects(deadline(new Promise(() => {}), 1), { name: "TimeoutError" });
 * ```
 */
export async function deadline<T>(
  promise: Promise<T>,
  ms: number,
  options: DeadlineOptions = {},
): Promise<T> {
  const timeout = new AbortController();
  const { signal } = options;
  const settled = new AbortController();
  delay(ms, { signal: settled.signal }).then(
    () => timeout.abort(new DOMException("Signal timed out.", "TimeoutError")),
    () => {},
  );
  try {
    const signals = signal ? AbortSignal.any([timeout.signal, signal]) : timeout.signal;
    return await abortable(promise, signals);
  } finally {
    // No timer outlives its promise, so that a process with nothing else to do can end.
    settled.abort();
  }
}
