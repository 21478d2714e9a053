/** Sound in pieces of any length as windows that overlap. */

/** The newest samples of a sound, looked at every so often. */
export class SlidingWindow {
  readonly #window: Float32Array;
  readonly #hop: number;
  /** How many samples of the next hop are there. */
  #filled = 0;
  readonly #next: Float32Array;

  /** Windows of `length` samples, one every `hop`; before the sound there was silence. */
  constructor(length: number, hop: number) {
    this.#window = new Float32Array(length);
    this.#next = new Float32Array(hop);
    this.#hop = hop;
  }

  /** Takes the next samples and shows each window that is full with them; it is valid until the next. */
  push(samples: Int16Array, show: (window: Float32Array) => void): void {
    for (let start = 0; start < samples.length;) {
      const count = Math.min(this.#hop - this.#filled, samples.length - start);
      this.#next.set(samples.subarray(start, start + count), this.#filled);
      this.#filled += count;
      start += count;
      if (this.#filled < this.#hop) return;
      this.#filled = 0;
      this.#window.copyWithin(0, this.#hop);
      this.#window.set(this.#next, this.#window.length - this.#hop);
      show(this.#window);
    }
  }
}
