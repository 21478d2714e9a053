/** One key press, whichever way it is told. */

/** The ways in which a key press reaches us: in RTP (RFC 4733) or by SIP INFO. */
export type KeyWay = "rtp" | "info";

/** A way that has told no key for so long may have been given up for the other, in ms. */
const SWITCH_MS = 2000;

/**
 * Takes the keys of one way only, as many telephones tell each key in both.
 *
 * The way that told a key first is believed; the other takes its place when it tells one long after.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { KeyWays } from "@sofia/phone/call";
 *
 * const ways = new KeyWays();
 * assert.equal(ways.accepts("rtp", 0), true);
 * assert.equal(ways.accepts("info", 30), false);
 * assert.equal(ways.accepts("info", 5000), true);
 * ```
 */
export class KeyWays {
  #way: KeyWay | undefined;
  #lastAt = 0;

  /** Whether a key that came in this way at `now` (ms) is to be told. */
  accepts(way: KeyWay, now: number): boolean {
    if (this.#way !== undefined && way !== this.#way && now - this.#lastAt < SWITCH_MS) {
      return false;
    }
    this.#way = way;
    this.#lastAt = now;
    return true;
  }
}
