/** What the caller was sent lately. */

/** How much is remembered, in ms: the longest way there and back, and what is compared. */
const KEPT_MS = 1000;
/** Hz: the pitch and the first formant of a voice are enough to know it again. */
const SAMPLE_RATE = 4000;

/**
 * The sound that left for the caller in the last second, at 4 kHz, newest last.
 *
 * Silence is sound too: it is told of every packet that leaves, so that positions are times.
 */
export class PlayedSound {
  /** Hz of what it keeps. */
  readonly sampleRate: number = SAMPLE_RATE;
  readonly #ring = new Int16Array(KEPT_MS * SAMPLE_RATE / 1000);
  #end = 0;

  /** Notes a packet: its samples at `sampleRate` Hz, a multiple of 4000. */
  push(samples: Int16Array, sampleRate: number): void {
    const step = Math.max(1, Math.floor(sampleRate / SAMPLE_RATE));
    for (let i = 0; i + step <= samples.length; i += step) {
      let sum = 0;
      for (let j = 0; j < step; j++) sum += samples[i + j];
      this.#ring[this.#end] = sum / step;
      this.#end = (this.#end + 1) % this.#ring.length;
    }
  }

  /** The last `length` samples, oldest first, at most a second's. */
  latest(length: number): Int16Array {
    const samples = new Int16Array(Math.min(length, this.#ring.length));
    const start = this.#end - samples.length;
    for (let i = 0; i < samples.length; i++) {
      samples[i] = this.#ring[(start + i + this.#ring.length) % this.#ring.length];
    }
    return samples;
  }
}
