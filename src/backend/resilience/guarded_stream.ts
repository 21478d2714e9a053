/** The rest of an answer that comes in parts. */

import { type Answer, closeIterator, nextOf } from "./answer.ts";
import type { Attempt } from "./attempt.ts";
import type { StepPlan } from "./step_plan.ts";

/** What a {@link GuardedStream} reads. */
export interface GuardedStreamOptions<T> {
  readonly plan: StepPlan<T>;
  readonly answer: Extract<Answer<T>, { isWhole: false }>;
  readonly attempt: Attempt;
  /** Told once why it broke off, unless nobody wanted it any more. Returns what is to be thrown. */
  readonly onFailure: (error: unknown) => Error;
}

/**
 * Passes on the parts of an answer, each read only when it is asked for and not waited for longer than
 * it may take.
 *
 * It is no generator, whose `return` would wait behind a part that never comes.
 */
export class GuardedStream<T> implements AsyncIterableIterator<T, void> {
  readonly #options: GuardedStreamOptions<T>;
  readonly #iterator: AsyncIterator<T, void>;
  readonly #attempt: Attempt;
  /** The part that was read to see that the answer begins. */
  #first: IteratorResult<T, void> | undefined;
  #size: number;
  #isOver = false;
  /** The call before: they take turns. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #onAbort = () => closeIterator(this.#iterator);

  constructor(options: GuardedStreamOptions<T>) {
    this.#options = options;
    this.#attempt = options.attempt;
    this.#iterator = options.answer.iterator;
    this.#first = options.answer.first;
    this.#size = options.answer.size;
    this.#attempt.signal.addEventListener("abort", this.#onAbort, { once: true });
    if (this.#attempt.signal.aborted) this.#onAbort();
    else if (this.#first.done) this.#end();
  }

  next(): Promise<IteratorResult<T, void>> {
    const result = this.#last.then(() => this.#next());
    this.#last = result.catch(() => {});
    return result;
  }

  /** Ends it: the signal of the step fires and the backend's stream is closed. */
  return(): Promise<IteratorResult<T, void>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#attempt.cancel(new DOMException("Nobody reads on", "AbortError"));
    }
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<IteratorResult<T, void>> {
    const { plan, onFailure } = this.#options;
    const first = this.#first;
    this.#first = undefined;
    if (this.#isOver) return { done: true, value: undefined };
    const { signal } = this.#attempt;
    if (signal.aborted) {
      this.#isOver = true;
      throw signal.reason;
    }
    if (first !== undefined) return first;
    try {
      const limit = { name: `${plan.step}.nextPartMs`, ms: plan.limits.nextPartMs };
      const next = await this.#attempt.within(nextOf(this.#iterator), limit);
      if (next.done) {
        this.#end();
        return { done: true, value: undefined };
      }
      this.#size = plan.measure(next.value, this.#size);
      return next;
    } catch (error) {
      return this.#fail(error, onFailure);
    }
  }

  #fail(error: unknown, onFailure: (error: unknown) => Error): IteratorResult<T, void> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#isOver = true;
    if (this.#attempt.isUnwanted) throw this.#attempt.signal.reason;
    const failure = onFailure(error);
    this.#attempt.cancel(failure);
    throw failure;
  }

  #end(): void {
    this.#isOver = true;
    this.#attempt.signal.removeEventListener("abort", this.#onAbort);
    this.#attempt.end();
  }
}
