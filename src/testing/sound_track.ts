/** One side of a call as a recording. */

/** Samples by their place in time; where nothing was written there is silence. */
export class SoundTrack {
  #samples = new Int16Array(1 << 16);
  #length = 0;

  /** One more than the last place that was written. */
  get length(): number {
    return this.#length;
  }

  /** Writes samples from `place` on; what is before the beginning is left out. */
  write(place: number, samples: Int16Array): void {
    const sound = place < 0 ? samples.subarray(-place) : samples;
    const start = Math.max(place, 0);
    const end = start + sound.length;
    if (end > this.#samples.length) {
      const grown = new Int16Array(Math.max(end, 2 * this.#samples.length));
      grown.set(this.#samples);
      this.#samples = grown;
    }
    this.#samples.set(sound, start);
    this.#length = Math.max(this.#length, end);
  }

  /** A copy of `length` samples from `start` on. */
  slice(start: number, length: number): Int16Array {
    const copy = new Int16Array(length);
    const from = Math.max(start, 0);
    const to = Math.min(start + length, this.#length);
    if (from < to) copy.set(this.#samples.subarray(from, to), from - start);
    return copy;
  }
}
