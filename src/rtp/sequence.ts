/** Arithmetic on numbers that start over: sequence numbers of 16 bits and timestamps of 32. */

/**
 * The steps from one 16-bit number to another by the shorter way round: -32,768 to 32,767.
 *
 * Positive if `to` is the newer one (RFC 1982); exactly half way round counts as older.
 */
export function distance16(from: number, to: number): number {
  return (to - from) << 16 >> 16;
}

/**
 * The steps from one 32-bit number to another by the shorter way round.
 *
 * Positive if `to` is the newer one (RFC 1982); exactly half way round counts as older.
 */
export function distance32(from: number, to: number): number {
  return (to - from) | 0;
}

/**
 * Makes numbers that start over into numbers that do not, each the nearest to the one before it.
 *
 * The first number stays what it is, so what is older than it and from before the start is negative.
 *
 * @example
 * ```ts
 * import { Unwrapper } from "@sofia/phone/rtp";
 * import assert from "node:assert/strict";
 *
 * const sequence = new Unwrapper(16);
 * assert.deepEqual([65534, 65535, 0, 65535, 1].map((n) => sequence.unwrap(n)), [
 *   65534, 65535, 65536, 65535, 65537,
 * ]);
 * ```
 */
export class Unwrapper {
  readonly #distance: (from: number, to: number) => number;
  #last: number | undefined;

  /** For numbers of so many `bits`: 16 for sequence numbers, 32 for timestamps. */
  constructor(bits: 16 | 32) {
    this.#distance = bits === 16 ? distance16 : distance32;
  }

  /** The unbounded number that `value` stands for. */
  unwrap(value: number): number {
    this.#last = this.#last === undefined ? value : this.#last + this.#distance(this.#last, value);
    return this.#last;
  }

  /** Forgets the number before: the next one starts anew. */
  reset(): void {
    this.#last = undefined;
  }
}
