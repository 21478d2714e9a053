/** One key press, whichever way it is told. */

/** The ways in which a key press reaches us: in RTP (RFC 4733) or by SIP INFO. */
export type KeyWay = "rtp" | "info";

/** How far apart the two ways may tell of one press, in ms. */
const APART_MS = 1000;

/**
 * Takes a key once that a telephone tells in both ways.
 *
 * What one way tells is the same press as what the other told shortly before and has not been
 * matched yet; so a key that is pressed again is a press of its own, in whichever way it is told.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { KeyWays } from "@sofia/phone/call";
 *
 * const ways = new KeyWays();
 * assert.equal(ways.accepts("rtp", "5", 0), true);
 * assert.equal(ways.accepts("info", "5", 30), false);
 * assert.equal(ways.accepts("info", "5", 300), true);
 * ```
 */
export class KeyWays {
  /** Presses that only one way has told so far, oldest first. */
  #told: { readonly way: KeyWay; readonly digit: string; readonly at: number }[] = [];

  /** Whether `digit`, told in this way at `now` (ms), is a press that was not told yet. */
  accepts(way: KeyWay, digit: string, now: number): boolean {
    this.#told = this.#told.filter(({ at }) => now - at < APART_MS);
    const same = this.#told.findIndex((told) => told.way !== way && told.digit === digit);
    if (same === -1) this.#told.push({ way, digit, at: now });
    else this.#told.splice(same, 1);
    return same === -1;
  }
}
