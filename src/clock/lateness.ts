const BINS_PER_MS = 10;
const BINS = 100 * BINS_PER_MS;

/**
 * How late things came: counts in steps of 0.1 ms, up to 100 ms, in 4 KB however many there are.
 *
 * @example
 * ```ts
 * import { Lateness } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const lateness = new Lateness();
 * for (const ms of [0.02, 0.03, 0.04, 7.3]) lateness.record(ms);
 * assert.deepEqual([lateness.percentile(50), lateness.percentile(100)], [0.1, 7.3]);
 * ```
 */
export class Lateness {
  readonly #bins = new Uint32Array(BINS + 1);
  #count = 0;
  #max = 0;
  #sum = 0;

  /** How many were recorded. */
  get count(): number {
    return this.#count;
  }

  /** The latest, in ms; 0 while there is none. */
  get max(): number {
    return this.#max;
  }

  /** All of them together, in ms. */
  get sum(): number {
    return this.#sum;
  }

  /** How many were less than each of `limits` late, in ms, which go up in steps of 0.1 to 100. */
  within(limits: readonly number[]): number[] {
    const counts: number[] = [];
    let [bin, sum] = [0, 0];
    for (const limit of limits) {
      const end = Math.min(BINS, Math.round(limit * BINS_PER_MS));
      for (; bin < end; bin++) sum += this.#bins[bin];
      counts.push(sum);
    }
    return counts;
  }

  /** Notes one that came `ms` milliseconds late. Less than 0 is 0. */
  record(ms: number): void {
    const late = Math.max(0, ms);
    this.#bins[Math.min(BINS, Math.floor(late * BINS_PER_MS))]++;
    this.#count++;
    this.#sum += late;
    if (late > this.#max) this.#max = late;
  }

  /** The ms, to 0.1, within which `percent` of 100 came; 0 while there is none. */
  percentile(percent: number): number {
    let left = Math.ceil(this.#count * percent / 100);
    if (left <= 0) return 0;
    const bin = this.#bins.findIndex((count) => (left -= count) <= 0);
    return bin === BINS ? this.#max : Math.min(this.#max, (bin + 1) / BINS_PER_MS);
  }

  /** Forgets everything, to begin a new period. */
  reset(): void {
    this.#bins.fill(0);
    this.#count = 0;
    this.#max = 0;
    this.#sum = 0;
  }
}
