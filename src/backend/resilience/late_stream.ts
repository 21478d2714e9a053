/** A stream that is there before its answer is. */

import { isAsyncIterable, partsOf } from "../parts.ts";

/** Where a {@link LateStream} comes from. */
export interface LateStreamOptions<T> {
  /** Fires when its parts are no longer wanted. */
  readonly signal: AbortSignal;
  /** Begins the answer, when its first part is asked for. `signal` fires also when nobody reads on. */
  readonly open: (signal: AbortSignal) => Promise<T | AsyncIterable<T>>;
  /** Called once when it is over, whatever ended it. */
  readonly onEnd: () => void;
}

/** The parts of an answer that is a promise, for a step that must give a stream. */
export class LateStream<T> implements AsyncIterableIterator<T, void> {
  readonly #options: LateStreamOptions<T>;
  readonly #abort = new AbortController();
  #iterator: Promise<AsyncIterator<T, void>> | undefined;
  #isOver = false;

  constructor(options: LateStreamOptions<T>) {
    this.#options = options;
  }

  async next(): Promise<IteratorResult<T, void>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#iterator ??= this.#begin();
    try {
      const result = await (await this.#iterator).next();
      if (result.done) this.#end();
      return result;
    } catch (error) {
      if (this.#isOver) return { done: true, value: undefined };
      this.#end();
      throw error;
    }
  }

  /** Ends it: the signal of the answer fires. */
  return(): Promise<IteratorResult<T, void>> {
    this.#abort.abort(new DOMException("Nobody reads on", "AbortError"));
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #begin(): Promise<AsyncIterator<T, void>> {
    const { open, signal } = this.#options;
    const answer = await open(AbortSignal.any([signal, this.#abort.signal]));
    return (isAsyncIterable<T>(answer)
      ? answer[Symbol.asyncIterator]()
      : partsOf(answer)) as AsyncIterator<T, void>;
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onEnd();
  }
}
