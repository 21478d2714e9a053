/** Notices when nothing is heard any more. */

import type { Clock, Timer } from "../clock/mod.ts";

/** Calls `onSilence` once, when no sign of life came for `limitMs`. A sign costs no timer. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onSilence: () => void;
  #heardAt: number;
  #timer: Timer | undefined;

  constructor(clock: Clock, limitMs: number, onSilence: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onSilence = onSilence;
    this.#heardAt = clock.now();
    this.#look();
  }

  /** Something was heard. */
  sign(): void {
    this.#heardAt = this.#clock.now();
  }

  /** It need not be heard any more. */
  stop(): void {
    this.#timer?.cancel();
  }

  #look(): void {
    const leftMs = this.#heardAt + this.#limitMs - this.#clock.now();
    if (leftMs <= 0) return this.#onSilence();
    this.#timer = this.#clock.setTimer(() => this.#look(), leftMs);
  }
}
