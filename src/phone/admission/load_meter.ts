/** Judges by the lateness of ticks whether a process has time for one more call. */

import { type AdmissionOptions, checkAdmission, DEFAULT_ADMISSION } from "./load_options.ts";
import type { LoadState } from "./load_state.ts";

/** How {@link LoadMeter} judges. */
export interface LoadMeterOptions extends AdmissionOptions {
  /** The time between two ticks, in ms. */
  readonly periodMs: number;
}

/**
 * The lateness of the ticks of the last seconds, and what follows from it.
 *
 * One number would not do: a percentile that sees an overload soon is moved by every pause, too. So it
 * is counted how many ticks were late, and it takes as many as a short pause cannot make.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LoadMeter } from "@sofia/phone/phone";
 *
 * const meter = new LoadMeter({ periodMs: 20, windowMs: 1000, maxLateShare: 0.2 });
 * meter.push(0.3, 9); // a pause of 180 ms in which 9 ticks were passed over
 * assert.equal(meter.isOverloaded, false);
 * for (let tick = 0; tick < 10; tick++) meter.push(25, 0);
 * assert.equal(meter.isOverloaded, true);
 * ```
 */
export class LoadMeter {
  readonly #options: Required<LoadMeterOptions>;
  /** The lateness of each tick in the window, the oldest at `#next`. */
  readonly #window: Float64Array;
  #next = 0;
  /** Of those in the window: later than is allowed, and later than half of it. */
  #late = 0;
  #halfLate = 0;
  #missed = 0;
  #isOverloaded = false;

  /** Has seen no tick. @throws {RangeError} for options that cannot work; it says what to change */
  constructor(options: LoadMeterOptions) {
    const filled = { ...DEFAULT_ADMISSION, ...options };
    checkAdmission(filled);
    this.#options = filled;
    this.#window = new Float64Array(Math.max(1, Math.round(filled.windowMs / filled.periodMs)));
  }

  /** Whether new calls are to be refused. */
  get isOverloaded(): boolean {
    return this.#isOverloaded;
  }

  /** All there is to know. */
  get state(): LoadState {
    const sorted = this.#window.toSorted();
    return {
      isOverloaded: this.#isOverloaded,
      latenessMs: sorted[Math.ceil(sorted.length * 0.99) - 1],
      worstMs: sorted[sorted.length - 1],
      lateShare: this.#late / sorted.length,
      missed: this.#missed,
    };
  }

  /**
   * A tick came `latenessMs` late, and `missed` before it did not come at all: those are late by a
   * period more, each more than the one after it.
   *
   * @returns whether {@link isOverloaded} has changed
   */
  push(latenessMs: number, missed: number): boolean {
    const { periodMs, maxLateShare } = this.#options;
    this.#missed += missed;
    for (let before = Math.min(missed, this.#window.length - 1); before >= 0; before--) {
      this.#note(latenessMs + before * periodMs);
    }
    const few = this.#window.length * maxLateShare;
    const wasOverloaded = this.#isOverloaded;
    this.#isOverloaded = wasOverloaded ? this.#halfLate >= few / 2 : this.#late >= few;
    return this.#isOverloaded !== wasOverloaded;
  }

  #note(latenessMs: number): void {
    this.#count(this.#window[this.#next], -1);
    this.#count(latenessMs, 1);
    this.#window[this.#next] = latenessMs;
    this.#next = (this.#next + 1) % this.#window.length;
  }

  #count(latenessMs: number, by: number): void {
    const { maxLatenessMs } = this.#options;
    if (latenessMs > maxLatenessMs) this.#late += by;
    if (latenessMs > maxLatenessMs / 2) this.#halfLate += by;
  }
}
