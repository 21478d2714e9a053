/** A filter that rings at one frequency. */

/**
 * A resonator of second order with unity gain at 0 Hz, as in D. Klatt (1980), section II.A.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Resonator } from "@sofia/phone/testing";
 *
 * const resonator = new Resonator(8000);
 * resonator.tune(1000, 50);
 * let last = 0;
 * for (let i = 0; i < 2000; i++) last = resonator.push(1);
 * assert.ok(Math.abs(last - 1) < 0.01);
 * ```
 */
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
