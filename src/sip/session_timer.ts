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

/** A refusal is not answered by the next try at once, in ms. */
const MIN_RETRY_MS = 1000;

/** Runs from one refresh to the next. */
export class SessionTimer {
  readonly #clock: Clock;
  readonly #events: SessionTimerEvents;
  #terms: SessionTerms | undefined;
  #refresh: Timer | undefined;
  #expiry: Timer | undefined;
  #expiresAt = 0;
  /** True from the moment a refresh is due until one succeeds. */
  #isDue = false;

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
    // The BYE goes out a little earlier than the end, so that it arrives before it.
    const lifeMs = (seconds - Math.min(32, seconds / 3)) * 1000;
    this.#expiresAt = this.#clock.now() + lifeMs;
    this.#expiry = this.#clock.setTimer(this.#events.onExpired, lifeMs);
    if (weRefresh) this.#refreshAfter(seconds * 500);
  }

  /**
   * A request that would have refreshed was refused: if a refresh was due, there is another after
   * half of the time that is left.
   *
   * @param retryAfterMs when the peer wants it, in ms; heeded if the session lasts that long
   */
  refused(retryAfterMs?: number): void {
    if (!this.#isDue) return;
    const leftMs = this.#expiresAt - this.#clock.now();
    const isHeeded = retryAfterMs !== undefined && retryAfterMs < leftMs;
    const delayMs = Math.max(isHeeded ? retryAfterMs : leftMs / 2, MIN_RETRY_MS);
    if (delayMs < leftMs) this.#refreshAfter(delayMs);
  }

  /** Stops. */
  stop(): void {
    this.#terms = undefined;
    this.#isDue = false;
    this.#refresh?.cancel();
    this.#expiry?.cancel();
  }

  #refreshAfter(delayMs: number): void {
    this.#refresh = this.#clock.setTimer(() => {
      this.#isDue = true;
      this.#events.onRefresh();
    }, delayMs);
  }
}
