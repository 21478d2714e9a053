/** What the other side has played of what it was sent, where it tells. */

import type { Clock } from "../clock/mod.ts";

/** Sound that may wait at the other side, in ms: the longest way there and back is less. */
const MOST_MS = 1500;
/** Once that much waits, nothing more is sent until it is no more than this, in ms. */
const ENOUGH_MS = 750;
/** Who has told nothing for so long, in ms, though something waits, does not tell any more. */
const TRUST_MS = 10_000;
/** Packets that are remembered while it has told nothing. */
const KEEP = 100;
/** Who counts samples is that much off in ms. */
const ROUNDING_MS = 1;

/**
 * Follows how far the other side is behind: what the agent said counts as heard when it was played there,
 * and while much waits there, the rest waits here, where an interruption finds it.
 *
 * Who never tells how far it is counts as having played what it was sent; so does who does not tell it
 * any more, or a call would wait for ever.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { FarPlayout } from "@sofia/phone/media";
 *
 * const playout = new FarPlayout(new VirtualClock());
 * for (let n = 0; n < 5; n++) playout.sent(20);
 * assert.equal(playout.unplayed, 0); // it has not told anything yet
 * playout.played(65);
 * assert.equal(playout.unplayed, 2);
 * ```
 */
export class FarPlayout {
  readonly #clock: Clock;
  /** Where each packet that was not played ends, in ms of sound since the beginning. */
  #ends: number[] = [];
  #sentMs = 0;
  #playedMs = 0;
  #tells = false;
  #isFull = false;
  /** When it was last heard from, or had nothing to tell. */
  #knownAt = 0;

  /** Nothing was sent yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How much sound it was sent so far, in ms: what {@link played} counts, too. */
  get sentMs(): number {
    return this.#sentMs;
  }

  /** How many of the packets that were sent last it has not played. */
  get unplayed(): number {
    this.#doubt();
    return this.#tells ? this.#ends.length : 0;
  }

  /** Whether it may be sent more. */
  get hasRoom(): boolean {
    this.#doubt();
    const waitingMs = this.#tells ? this.#sentMs - this.#playedMs : 0;
    this.#isFull = waitingMs > (this.#isFull ? ENOUGH_MS : MOST_MS);
    return !this.#isFull;
  }

  /** A packet of `ms` milliseconds of sound was sent; of 0 for what the other side need not be sent. */
  sent(ms: number): void {
    if (this.#ends.length === 0) this.#knownAt = this.#clock.now();
    this.#sentMs += ms;
    if (this.#sentMs > this.#playedMs) this.#ends.push(this.#sentMs);
    if (!this.#tells && this.#ends.length > KEEP) this.#ends.shift();
  }

  /** It has played, or passed over, so many ms since the beginning. What cannot be is passed over. */
  played(ms: number): void {
    if (!(ms >= 0 && ms <= this.#sentMs + ROUNDING_MS)) return;
    this.#tells = true;
    this.#knownAt = this.#clock.now();
    if (ms <= this.#playedMs) return;
    this.#playedMs = ms;
    const left = this.#ends.findIndex((end) => end > ms + ROUNDING_MS);
    this.#ends.splice(0, left < 0 ? this.#ends.length : left);
  }

  /** It was told to play nothing of what it has. */
  cleared(): void {
    this.#playedMs = this.#sentMs;
    this.#ends = [];
  }

  #doubt(): void {
    const isSilent = this.#ends.length > 0 && this.#clock.now() - this.#knownAt > TRUST_MS;
    if (isSilent) this.#tells = false;
  }
}
