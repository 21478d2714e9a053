/** How long to wait before the next try. */

import { fraction, type Random } from "../clock/mod.ts";

/** Bounds of the waits. */
export interface BackOffOptions {
  /** The first wait, in ms, less a part left to chance. */
  readonly minMs: number;
  /** The longest wait, in ms. */
  readonly maxMs: number;
}

/**
 * Waits that double, each cut by up to a half at random, so that many who lost the same FreeSWITCH do
 * not come back at the same moment.
 */
export class BackOff {
  readonly #random: Random;
  readonly #options: BackOffOptions;
  #tries = 0;

  constructor(random: Random, options: BackOffOptions) {
    const { minMs, maxMs } = options;
    if (!(minMs > 0 && maxMs >= minMs)) {
      throw new RangeError(
        `Cannot back off as the waits must be above 0 and grow: current values are ${minMs} and ${maxMs}`,
      );
    }
    this.#random = random;
    this.#options = options;
  }

  /** How many waits there were since the last success. */
  get tries(): number {
    return this.#tries;
  }

  /** The next wait, in ms. */
  next(): number {
    const { minMs, maxMs } = this.#options;
    const fullMs = Math.min(maxMs, minMs * 2 ** Math.min(this.#tries++, 30));
    return fullMs * (1 - fraction(this.#random) / 2);
  }

  /** It worked: the next wait is the first again. */
  reset(): void {
    this.#tries = 0;
  }
}
