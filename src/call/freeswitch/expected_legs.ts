/** Legs that FreeSWITCH is asked to make to us, and that are no calls for the backend. */

import type { Random } from "../../clock/mod.ts";
import type { SipCall } from "../../sip/mod.ts";

/** The field of an invitation that names what we have asked for. */
export const EXPECTED_FIELD = "X-Sofia-Expected";

/** A leg that is expected until it is there or disposed of. */
export interface ExpectedLeg extends Disposable {
  /** What its invitation must have in {@link EXPECTED_FIELD}; nobody can guess it. */
  readonly token: string;
}

/**
 * Tells what we have asked for from what callers want.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExpectedLegs } from "@sofia/phone/call";
 * import { SystemRandom } from "@sofia/phone/clock";
 *
 * const legs = new ExpectedLegs(new SystemRandom());
 * using leg = legs.expect(() => {});
 * assert.match(leg.token, /^[0-9a-f]{32}$/);
 * ```
 */
export class ExpectedLegs {
  readonly #random: Random;
  readonly #byToken = new Map<string, (leg: SipCall) => void>();

  /** Expects nothing; what can be guessed of `random` can be claimed by others. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** Expects a leg, once. `onLeg` is called while it arrives, and has to take it over. */
  expect(onLeg: (leg: SipCall) => void): ExpectedLeg {
    const words = Array.from({ length: 4 }, () => this.#random.uint32());
    const token = words.map((word) => word.toString(16).padStart(8, "0")).join("");
    this.#byToken.set(token, onLeg);
    return { token, [Symbol.dispose]: () => void this.#byToken.delete(token) };
  }

  /**
   * Takes a leg that says it is expected, and hands it over; true if so. One that is not, or not any more,
   * is refused: at its other end is a human who was called, and no caller for the bot.
   */
  take(leg: SipCall): boolean {
    const token = leg.request.headers.get(EXPECTED_FIELD);
    if (token === undefined) return false;
    const onLeg = this.#byToken.get(token);
    this.#byToken.delete(token);
    if (onLeg === undefined) leg.reject(480);
    else onLeg(leg);
    return true;
  }
}
