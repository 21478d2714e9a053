/** Asking for what comes next before it is needed. */

/** How far {@link readAhead} goes. */
export interface ReadAheadOptions<T> {
  /** Once what is held weighs this much, no more is asked for. */
  readonly limit: number;
  /** What an item weighs. @default 1 */
  readonly weigh?: (item: T) => number;
  /** Ends it: what is held is dropped, and the source is told. */
  readonly signal: AbortSignal;
}

/**
 * The items of `source`, which is asked for them from now on, and not only when they are wanted.
 *
 * A failure of the source comes after the items before it. A source that hangs is left behind when
 * the signal fires.
 */
export function readAhead<T>(
  source: AsyncIterable<T>,
  options: ReadAheadOptions<T>,
): AsyncGenerator<T, void, void> {
  const { limit, weigh = () => 1, signal } = options;
  const iterator = source[Symbol.asyncIterator]();
  const held: T[] = [];
  let weight = 0;
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  let wakeReader = () => {};
  let wakeSource = () => {};
  const stop = () => {
    if (signal.aborted) failure = { error: signal.reason };
    isOver = true;
    held.length = 0;
    wakeReader();
    wakeSource();
    // Not awaited: it is queued behind the step under way, which may hang.
    iterator.return?.().then(undefined, () => {});
  };
  const fill = async () => {
    try {
      while (!isOver) {
        const { done, value } = await iterator.next();
        if (done || isOver) break;
        held.push(value);
        weight += weigh(value);
        wakeReader();
        while (weight >= limit && !isOver) {
          await new Promise<void>((resolve) => wakeSource = resolve);
        }
      }
    } catch (error) {
      failure ??= { error };
    }
    isOver = true;
    signal.removeEventListener("abort", stop);
    wakeReader();
  };
  async function* read(): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        while (held.length === 0 && !isOver) {
          await new Promise<void>((resolve) => wakeReader = resolve);
        }
        if (held.length === 0) break;
        const item = held.shift()!;
        weight -= weigh(item);
        wakeSource();
        yield item;
      }
      if (failure !== undefined) throw failure.error;
    } finally {
      if (!isOver) stop();
    }
  }
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  void fill();
  return read();
}
