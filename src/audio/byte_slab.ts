/** Bun keeps small arrays in its own heap, where a new one costs less than a view. */
const NEW_IS_CHEAP = "Bun" in globalThis;

/**
 * Cuts the small buffers of one call from bigger ones.
 *
 * V8 asks malloc for the memory of each typed array above 64 bytes and has another thread free it,
 * which costs 1-3 us a packet with hundreds of calls: more than to code its sound. A view costs a
 * tenth. (Not on Bun, where each gets a buffer of its own.) What was taken is the taker's for ever: no
 * byte is handed out twice. While a view is held the whole it was cut from stays, so that this is for
 * what is soon let go, as packets are.
 *
 * @example
 * ```ts
 * import { ByteSlab } from "@sofia/phone/audio";
 * import assert from "node:assert/strict";
 *
 * const slab = new ByteSlab();
 * const [one, two] = [slab.take(160).fill(1), slab.take(160).fill(2)];
 * assert.deepEqual([one[159], two[0]], [1, 2]);
 * ```
 */
export class ByteSlab {
  readonly #size: number;
  #whole: Uint8Array = new Uint8Array(0);
  #taken = 0;

  /**
   * A slab with nothing allocated yet.
   *
   * @param size bytes of each whole; what is longer has one of its own
   */
  constructor(size = 4096) {
    this.#size = NEW_IS_CHEAP ? 0 : size;
  }

  /** The bytes that {@link take} will give next, to be filled before it is known how many they are. */
  peek(length: number): Uint8Array {
    if (this.#taken + length > this.#whole.length) {
      this.#whole = new Uint8Array(Math.max(this.#size, length));
      this.#taken = 0;
    }
    const isAll = this.#taken === 0 && length === this.#whole.length;
    return isAll ? this.#whole : this.#whole.subarray(this.#taken, this.#taken + length);
  }

  /** `length` bytes, at most as many as were looked at last if they are to be the same. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    this.#taken += length;
    return bytes;
  }
}
