/** A filter that rings at one frequency. */

/** A resonator of second order with unity gain at 0 Hz, as in D. Klatt (1980), section II.A. */
export class Resonator {
  readonly #sampleRate: number;
  #a = 1;
  #b = 0;
  #c = 0;
  #last = 0;
  #before = 0;

  /** A resonator that changes nothing until it is tuned; `sampleRate` in Hz. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Sets where it rings and how broadly, both in Hz. */
  tune(frequency: number, bandwidth: number): void {
    const radius = Math.exp(-Math.PI * bandwidth / this.#sampleRate);
    this.#c = -radius * radius;
    this.#b = 2 * radius * Math.cos(2 * Math.PI * frequency / this.#sampleRate);
    this.#a = 1 - this.#b - this.#c;
  }

  /** The next sample. */
  push(sample: number): number {
    const out = this.#a * sample + this.#b * this.#last + this.#c * this.#before;
    this.#before = this.#last;
    this.#last = out;
    return out;
  }
}
