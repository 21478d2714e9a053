/** Streams for tests. */

/** A stream of these values, and then its end. `ReadableStream.from`, which tsc does not know. */
export function streamOf<T>(values: Iterable<T>): ReadableStream<T> {
  const left = [...values];
  return new ReadableStream({
    pull(controller) {
      if (left.length > 0) controller.enqueue(left.shift()!);
      else controller.close();
    },
  });
}
