/** The clock of a session that must be refreshed, RFC 4028 section 10. */

import type { Clock, Timer } from "../clock/mod.ts";
import type { SessionTerms } from "./session_terms.ts";

/** What a session timer tells. */
export interface SessionTimerEvents {
  /** It is time to refresh, which restarts the timer when it succeeds. */
  readonly onRefresh: () => void;
  /** Nobody has refreshed in time. */
  readonly onExpired: () => void;
}

/** Runs from one refresh to the next. */
export class SessionTimer {
  readonly #clock: Clock;
  readonly #events: SessionTimerEvents;
  #terms: SessionTerms | undefined;
  #refresh: Timer | undefined;
  #expiry: Timer | undefined;

  constructor(clock: Clock, events: SessionTimerEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** What it runs by; undefined when it does not. */
  get terms(): SessionTerms | undefined {
    return this.#terms;
  }

  /** Starts anew; without terms the session has no end. */
  restart(terms: SessionTerms | undefined): void {
    this.stop();
    this.#terms = terms;
    if (terms === undefined) return;
    const { seconds, weRefresh } = terms;
    const { onRefresh, onExpired } = this.#events;
    if (weRefresh) this.#refresh = this.#clock.setTimer(onRefresh, seconds * 500);
    // The BYE goes out a little earlier than the end, so that it arrives before it.
    this.#expiry = this.#clock.setTimer(onExpired, (seconds - Math.min(32, seconds / 3)) * 1000);
  }

  /** Stops. */
  stop(): void {
    this.#terms = undefined;
    this.#refresh?.cancel();
    this.#expiry?.cancel();
  }
}
