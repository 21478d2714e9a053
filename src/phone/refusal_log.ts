/** What is written of calls that were not taken. */

import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock/mod.ts";

const log = getLogger(["sofia-phone", "phone"]);

/** A call that was not taken. */
export interface Refusal {
  /** Names the call. */
  readonly call: string;
  /** What it was told. */
  readonly status: number;
  /** Why, in words. */
  readonly reason: string;
}

/** Writes one line a second: who floods us with calls must not fill the disk as well. */
export class RefusalLog {
  readonly #clock: Clock;
  #loggedAt = -Infinity;
  #unlogged = 0;

  /** Nothing is written yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Writes it, or counts it for the next line. */
  push(refusal: Refusal): void {
    const now = this.#clock.now();
    if (now - this.#loggedAt < 1000) return void this.#unlogged++;
    log.info("refused {call}: {status} {reason}; {unlogged} more before it", {
      ...refusal,
      unlogged: this.#unlogged,
    });
    this.#loggedAt = now;
    this.#unlogged = 0;
  }
}
