/** Sound of any length, cut into frames of one length. */

/**
 * Cuts a stream of samples into frames of exactly `size` samples.
 *
 * What was pushed and what was returned is given away: a push that happens to be one whole frame
 * comes back as the same array.
 *
 * @example
 * ```ts
 * import { Framer } from "@sofia/phone/audio";
 * import assert from "node:assert/strict";
 *
 * const framer = new Framer(3);
 * assert.deepEqual(framer.push(Int16Array.of(1, 2, 3, 4)), [Int16Array.of(1, 2, 3)]);
 * assert.deepEqual(framer.push(Int16Array.of(5)), []);
 * assert.deepEqual(framer.flush(), Int16Array.of(4, 5, 0));
 * ```
 */
export class Framer {
  /** Samples in each frame. */
  readonly size: number;
  #rest: Int16Array;
  #length = 0;

  /**
   * Starts with nothing pending.
   *
   * @param size samples in each frame, at least 1
   * @throws {RangeError} if `size` is not a whole number above zero
   */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(
        `Cannot make a Framer as size must be a whole number of samples above 0: current value is ${size}`,
      );
    }
    this.size = size;
    this.#rest = new Int16Array(size);
  }

  /** Samples that wait for the rest of their frame: at least 0 and below {@link size}. */
  get pending(): number {
    return this.#length;
  }

  /** The frames that `samples` complete, oldest first. */
  push(samples: Int16Array): Int16Array[] {
    if (this.#length === 0 && samples.length === this.size) return [samples];
    const frames: Int16Array[] = [];
    let position = 0;
    while (position < samples.length) {
      const count = Math.min(this.size - this.#length, samples.length - position);
      this.#rest.set(samples.subarray(position, position + count), this.#length);
      this.#length += count;
      position += count;
      if (this.#length === this.size) {
        frames.push(this.#rest);
        this.#rest = new Int16Array(this.size);
        this.#length = 0;
      }
    }
    return frames;
  }

  /** The last samples as a whole frame, filled up with silence; nothing if none are pending. */
  flush(): Int16Array | undefined {
    if (this.#length === 0) return undefined;
    const last = this.#rest;
    this.#rest = new Int16Array(this.size);
    this.#length = 0;
    return last;
  }

  /** The last samples as they are, perhaps none: at least 0 and below {@link size}. */
  drain(): Int16Array {
    const rest = this.#rest.slice(0, this.#length);
    this.#rest.fill(0);
    this.#length = 0;
    return rest;
  }
}
