/** The last few pitch periods of a voice, played round and round without a seam. */
export class PitchLoop {
  readonly #wave: Float32Array;
  #at: number;

  /**
   * Takes the last `periods` periods of `history`, from `phase` samples into the first of them on.
   *
   * Where the end meets the beginning again, the last `overlap` samples are faded over into those
   * that came before the beginning, so that the seam is not heard.
   */
  constructor(
    history: Int16Array,
    period: number,
    periods: number,
    overlap: number,
    phase: number,
  ) {
    const length = period * periods;
    const start = history.length - length;
    this.#wave = Float32Array.from(history.subarray(start));
    this.#at = phase;
    for (let i = 1; i <= overlap; i++) {
      const fade = 1 - i / (overlap + 1);
      const at = length - i;
      this.#wave[at] += (history[start - i] - this.#wave[at]) * fade;
    }
  }

  /** Where in the loop the next sample is. */
  get position(): number {
    return this.#at;
  }

  /** The next sample. */
  next(): number {
    const sample = this.#wave[this.#at++];
    if (this.#at === this.#wave.length) this.#at = 0;
    return sample;
  }
}
