/** Reading what a backend returns, whichever form it chose. */

import type { Parts } from "./voice_backend.ts";

/** The parts in order; a whole is its only part. */
export async function* partsOf<T>(parts: Parts<T>): AsyncGenerator<T, void, void> {
  const value = await parts;
  if (isAsyncIterable<T>(value)) yield* value;
  else yield value;
}

/** Whether a backend returned a stream of parts. */
export function isAsyncIterable<T>(value: T | AsyncIterable<T>): value is AsyncIterable<T> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
