/** Notices that nothing comes from the other side any more. */

import type { Clock, Timer } from "../clock/mod.ts";

/** What a {@link SilenceWatch} looks at. */
export interface SilenceWatchOptions {
  /** How many packets of the other side came so far. */
  readonly heard: () => number;
  /** Called for each time of silence, again and again while it lasts. */
  readonly onSilence: () => void;
  /** How long a time of silence is, in ms; twice that passes at most before it is noticed. */
  readonly silenceMs: number;
}

/**
 * Looks every so often whether a packet came since it looked last.
 *
 * It judges nothing: who is on hold or suppresses silence sends no packets either.
 */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #options: SilenceWatchOptions;
  #heard = 0;
  #timer: Timer;

  /** Begins to look. */
  constructor(clock: Clock, options: SilenceWatchOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#timer = this.#arm();
  }

  /** Looks no more. */
  stop(): void {
    this.#timer.cancel();
  }

  #arm(): Timer {
    return this.#clock.setTimer(() => this.#look(), this.#options.silenceMs);
  }

  #look(): void {
    const { heard, onSilence } = this.#options;
    const before = this.#heard;
    this.#heard = heard();
    this.#timer = this.#arm();
    if (this.#heard === before) onSilence();
  }
}
