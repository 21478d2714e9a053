/** A way to the disk for few at a time. */

/**
 * Lets so many tasks run at once, in the order they came: a runtime has four threads for all files, and
 * a disk that is slow to sync must not take all of them.
 *
 * @example
 * ```ts
 * import { DiskGate } from "@sofia/phone/call";
 * import assert from "node:assert/strict";
 *
 * const gate = new DiskGate(1);
 * const order: number[] = [];
 * await Promise.all([1, 2].map((n) => gate.run(async () => void order.push(n))));
 * assert.deepEqual(order, [1, 2]);
 * ```
 */
export class DiskGate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** A gate for `width` at a time. */
  constructor(width: number) {
    this.#free = width;
  }

  /** Runs a task when it is its turn, and settles as it does. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
