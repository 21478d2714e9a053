/** One call of one step, with an end to the wait for it. */

import { abortable } from "@std/async";
import type { Clock } from "../../clock/mod.ts";

/** How long to wait. */
export interface WaitLimit {
  /** What the limit is called. */
  readonly name: string;
  /** How long, in ms. */
  readonly ms: number;
  /** From the start of the attempt, not from now. @default false */
  readonly isFromStart?: boolean;
}

/** When an {@link Attempt} ends, beside by its limits. */
export interface AttemptOptions {
  /** The caller's signal: when it fires, so does that of the attempt. */
  readonly signal: AbortSignal;
  /** Times run only from when this has resolved. @default at once */
  readonly startsAfter?: Promise<void>;
}

/**
 * One try at one step, with a signal of its own: what has run out of time is told to stop, while the
 * caller still wants an answer.
 */
export class Attempt {
  readonly #clock: Clock;
  readonly #caller: AbortSignal;
  readonly #abort = new AbortController();
  readonly #follow = () => this.#abort.abort(this.#caller.reason);
  readonly #startsAfter: Promise<void> | undefined;
  /** What waits for the time to run again. */
  readonly #halted = new Set<() => void>();
  #startedAt: number;
  /** How much is done {@link aside} now, since when in ms of the clock, and for how long it was before. */
  #asides = 0;
  #asideAt = 0;
  #asideMs = 0;

  constructor(clock: Clock, options: AttemptOptions) {
    this.#clock = clock;
    this.#caller = options.signal;
    this.#startsAfter = options.startsAfter;
    this.#startedAt = clock.now();
    this.#startsAfter?.then(() => this.#restart());
    this.#caller.addEventListener("abort", this.#follow, { once: true });
    if (this.#caller.aborted) this.#follow();
  }

  /** Fires when the answer is no longer wanted, or no longer waited for. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The caller's signal has fired: what fails now tells nothing about the backend. */
  get isUnwanted(): boolean {
    return this.#caller.aborted;
  }

  /**
   * Settles as `promise` does, or rejects when the signal fires, which it does when time is up. What
   * comes of the promise later is ignored.
   */
  async within<T>(promise: Promise<T>, limit: WaitLimit): Promise<T> {
    const waiting = { isOver: false, untilMs: 0, cancel: () => {} };
    const arm = () => {
      if (waiting.isOver) return;
      if (this.#asides > 0) return void this.#halted.add(arm);
      const leftMs = waiting.untilMs - this.#ownMs();
      if (leftMs <= 0) return this.cancel(timedOut(limit));
      const timer = this.#clock.setTimer(arm, leftMs);
      waiting.cancel = () => timer.cancel();
    };
    const begin = () => {
      waiting.untilMs = limit.ms + (limit.isFromStart ? 0 : this.#ownMs());
      arm();
    };
    if (this.#startsAfter === undefined) begin();
    else this.#startsAfter.then(begin);
    try {
      return await abortable(promise, this.signal);
    } finally {
      waiting.isOver = true;
      waiting.cancel();
      this.#halted.delete(arm);
    }
  }

  /** Does something whose time is not the backend's: the limits stand still until it is over. */
  async aside<T>(act: () => Promise<T>): Promise<T> {
    if (this.#asides++ === 0) this.#asideAt = this.#clock.now();
    try {
      return await act();
    } finally {
      if (--this.#asides === 0) {
        this.#asideMs += this.#clock.now() - this.#asideAt;
        const halted = [...this.#halted];
        this.#halted.clear();
        for (const arm of halted) arm();
      }
    }
  }

  #restart(): void {
    this.#startedAt = this.#asideAt = this.#clock.now();
    this.#asideMs = 0;
  }

  /** The time since the start that was the backend's own. */
  #ownMs(): number {
    const now = this.#clock.now();
    const asideMs = this.#asideMs + (this.#asides > 0 ? now - this.#asideAt : 0);
    return now - this.#startedAt - asideMs;
  }

  /** Fires the signal: nobody waits any longer. */
  cancel(reason: unknown): void {
    this.end();
    this.#abort.abort(reason);
  }

  /** Lets go of the caller's signal. */
  end(): void {
    this.#caller.removeEventListener("abort", this.#follow);
  }
}

function timedOut({ name, ms }: WaitLimit): DOMException {
  const message = `Cannot wait any longer as ${name} has passed: current value is ${ms}`;
  return new DOMException(message, "TimeoutError");
}
