import type { Clock, Timer } from "./clock.ts";

interface Pending extends Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** How far {@link VirtualClock.runUntil} goes. */
export interface RunUntilOptions {
  /**
   * Virtual milliseconds after which it gives up.
   * @default 60000
   */
  readonly limitMs?: number;
}

/**
 * Time that passes only when told to, for tests: no sleeping and no chance.
 *
 * Timers run one by one, in the order of their due times and, for the same time, in the order they
 * were set. After each one the event loop takes a turn, in which promises and whole chains of
 * streams come to rest, so that what a timer set off is done before the next one runs.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const clock = new VirtualClock();
 * const calls: number[] = [];
 * clock.setTimer(() => calls.push(clock.now()), 20);
 * await clock.advance(19);
 * assert.deepEqual(calls, []);
 * await clock.advance(1);
 * assert.deepEqual(calls, [20]);
 * ```
 */
export class VirtualClock implements Clock {
  #now: number;
  /** Latest first, so that the next one is popped off the end. */
  readonly #pending: Pending[] = [];
  #running = false;

  /** Starts at `startMs` milliseconds. */
  constructor(startMs = 0) {
    this.#now = startMs;
  }

  /** Virtual milliseconds. */
  now(): number {
    return this.#now;
  }

  /** How many timers are set: 0 when everything was put away. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Calls `callback` once, when {@link advance} or {@link runUntil} has come `delayMs` further. */
  setTimer(callback: () => void, delayMs: number): Timer {
    if (Number.isNaN(delayMs)) {
      throw new RangeError(
        `Cannot set a timer as its delay must be a number: current value is NaN`,
      );
    }
    const dueAt = this.#now + Math.max(0, delayMs);
    const timer: Pending = { dueAt, callback, cancel: () => this.#remove(timer) };
    this.#pending.splice(this.#firstDueBy(dueAt), 0, timer);
    return timer;
  }

  /**
   * Lets `ms` milliseconds pass, with all the timers that fall due in them.
   *
   * Rejects with what a timer's callback throws; time stands still there.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) {
      throw new RangeError(`Cannot advance as time only moves forward: current value is ${ms}`);
    }
    await this.#run(async () => {
      const end = this.#now + ms;
      await settle();
      while (this.#next <= end) await this.#step();
      this.#now = Math.max(this.#now, end);
    });
  }

  /**
   * Lets `ms` milliseconds pass at once, as when the process is too busy to look at its timers.
   * Those that fell due run late, with the next {@link advance}.
   */
  stall(ms: number): void {
    if (!(ms >= 0)) {
      throw new RangeError(`Cannot stall as time only moves forward: current value is ${ms}`);
    }
    this.#now += ms;
  }

  /**
   * Lets time pass, timer by timer, until `done` returns true or, if it is a promise, settles.
   *
   * @returns what the promise resolves to; it rejects as the promise does, with an `Error` if that
   * takes more than {@link RunUntilOptions.limitMs} or if no timer is left that could bring it about
   */
  async runUntil<T>(
    done: (() => boolean) | PromiseLike<T>,
    options: RunUntilOptions = {},
  ): Promise<T> {
    const { limitMs = 60_000 } = options;
    let settled = false;
    const note = () => void (settled = true);
    if (typeof done !== "function") done.then(note, note);
    const isDone = typeof done === "function" ? done : () => settled;
    await this.#run(async () => {
      const end = this.#now + limitMs;
      await settle();
      while (!isDone()) {
        if (this.#next > end) {
          const why = this.pending === 0 ? "no timer is pending" : `${limitMs} ms have passed`;
          throw new Error(`Cannot run until the condition holds as ${why}: now is ${this.#now}`);
        }
        await this.#step();
      }
    });
    return await (typeof done === "function" ? undefined as T : done);
  }

  async #run(body: () => Promise<void>): Promise<void> {
    if (this.#running) {
      throw new Error("Cannot move the clock as it moves already: await the call before");
    }
    this.#running = true;
    try {
      await body();
    } finally {
      this.#running = false;
    }
  }

  get #next(): number {
    return this.#pending.at(-1)?.dueAt ?? Infinity;
  }

  async #step(): Promise<void> {
    const timer = this.#pending.pop()!;
    this.#now = Math.max(this.#now, timer.dueAt);
    timer.callback();
    await settle();
  }

  #remove(timer: Pending): void {
    const index = this.#pending.indexOf(timer, this.#firstDueBy(timer.dueAt));
    if (index >= 0) this.#pending.splice(index, 1);
  }

  /** The index of the first timer due at `time` or before. */
  #firstDueBy(time: number): number {
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#pending[middle].dueAt > time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A turn of the event loop: it begins when no microtask is left, however many streams they pass. */
function settle(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
