/** What a backend is busy with in real time, while virtual time stands still. */

import { delay } from "@std/async";
import { SystemClock } from "../clock/mod.ts";

/** A step that has not answered yet. */
interface PendingStep {
  readonly name: string;
  readonly signal: AbortSignal | undefined;
}

/** Counts what was asked of a backend and is not answered yet. */
export class PendingSteps {
  readonly #pending = new Set<PendingStep>();
  readonly #isWaitedFor: () => boolean;
  readonly #limitMs: number;

  /**
   * Waits for nothing while `isWaitedFor` returns false.
   *
   * @param limitMs how many ms of real time a step may take
   */
  constructor(isWaitedFor: () => boolean, limitMs: number) {
    this.#isWaitedFor = isWaitedFor;
    this.#limitMs = limitMs;
  }

  /** Whether virtual time stands still. A step that is cancelled is waited for no more. */
  get any(): boolean {
    return this.#pending.size > 0 && this.#isWaitedFor() &&
      [...this.#pending].some(({ signal }) => !signal?.aborted);
  }

  /** Counts `promise` until it settles, and returns it. */
  track<T>(name: string, promise: Promise<T>, signal?: AbortSignal): Promise<T> {
    const step = { name, signal };
    this.#pending.add(step);
    const settled = () => void this.#pending.delete(step);
    promise.then(settled, settled);
    return promise;
  }

  /**
   * Resolves when virtual time may go on.
   *
   * @throws {Error} when a step takes longer than the limit
   */
  async settled(): Promise<void> {
    const clock = new SystemClock();
    const startedAt = clock.now();
    while (this.any) {
      if (clock.now() - startedAt > this.#limitMs) {
        const names = [...this.#pending].map(({ name }) => name).join(", ");
        throw new Error(
          `Cannot go on with the simulated call as a step of the backend takes at most ` +
            `${this.#limitMs} ms of real time (backendLimitMs): current value is ${names}, not ` +
            "answered. One that waits on the clock of the simulation is made by a factory: " +
            "simulate(({ clock }) => backend, script)",
        );
      }
      await delay(1);
    }
  }
}
