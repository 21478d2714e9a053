/**
 * Makes a promise abortable: it settles as `promise` does or, if `signal` is aborted first, rejects
 * with the signal's reason. The work behind the promise goes on.
 *
 * @example
 * ```ts
 * import { abortable } from "@sofia/phone/async";
 * import assert from "node:assert/strict";
 *
 * const controller = new AbortController();
 * const never = abortable(new Promise(() => {}), controller.signal);
 * controller.abort(new Error("hung up"));
 * await assert.rejects(never, { message: "hung up" });
 * ```
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T>;
/** Makes an async iterable abortable: once `signal` is aborted it throws the signal's reason. */
export function abortable<T>(iterable: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T>;
export function abortable<T>(
  subject: Promise<T> | AsyncIterable<T>,
  signal: AbortSignal,
): Promise<T> | AsyncGenerator<T> {
  return Symbol.asyncIterator in subject
    ? abortableIterable(subject, signal)
    : abortablePromise(subject, signal);
}

function abortablePromise<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    // Also when it is too late, or its rejection would be nobody's and end the process.
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function* abortableIterable<T>(
  iterable: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  signal.throwIfAborted();
  const iterator = iterable[Symbol.asyncIterator]();
  let exhausted = false;
  try {
    for (;;) {
      const result = await abortablePromise(Promise.resolve(iterator.next()), signal);
      exhausted = result.done === true;
      if (exhausted) return;
      yield result.value;
    }
  } finally {
    // Not awaited: an iterator that hangs, the reason to abort it, would hold up the abort.
    if (!exhausted) iterator.return?.()?.then(undefined, () => {});
  }
}
