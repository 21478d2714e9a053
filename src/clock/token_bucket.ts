/** How often something may happen: now and then many at once, on the average no more than so many. */

/** What a {@link TokenBucket} allows. */
export interface TokenBucketOptions {
  /** Tokens that come back each second; Infinity for no limit. */
  readonly perSecond: number;
  /** Tokens that there are at first, and at most; at least 1. */
  readonly burst: number;
}

/** Less than this is rounding and no time to wait, in ms: thirds of a second add up to none. */
const ROUNDING_MS = 1e-3;

/**
 * A bucket of tokens, of which each event takes one; who has to wait is told for how long.
 *
 * By the generic cell rate algorithm (ITU-T I.371): all it knows is when it will be full again, and to
 * ask changes nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TokenBucket } from "@sofia/phone/clock";
 *
 * const bucket = new TokenBucket({ perSecond: 1, burst: 2 });
 * assert.deepEqual([0, 0, 0, 1000].map((at) => bucket.take(at)), [true, true, false, true]);
 * assert.equal(bucket.waitMs(1000), 1000);
 * ```
 */
export class TokenBucket {
  /** For how long a token is gone, in ms. */
  readonly #tokenMs: number;
  /** How long it takes to fill all but one, in ms. */
  readonly #toleranceMs: number;
  #fullAt = -Infinity;

  /** It is full. @throws {RangeError} for a pace that is not above 0, or a burst below 1 */
  constructor({ perSecond, burst }: TokenBucketOptions) {
    if (!(perSecond > 0)) {
      throw new RangeError(
        `Cannot limit as perSecond must be above 0: current value is ${perSecond}`,
      );
    }
    if (!(burst >= 1)) {
      throw new RangeError(`Cannot limit as burst must be at least 1: current value is ${burst}`);
    }
    this.#tokenMs = 1000 / perSecond;
    this.#toleranceMs = (burst - 1) * this.#tokenMs;
  }

  /** Takes a token; false when there is none at `now`, in ms of a clock. */
  take(now: number): boolean {
    if (this.waitMs(now) > 0) return false;
    this.#fullAt = Math.max(this.#fullAt, now) + this.#tokenMs;
    return true;
  }

  /** In how many ms there will be a token; 0 when there is one at `now`. Takes none. */
  waitMs(now: number): number {
    return Math.max(0, Math.ceil(this.#fullAt - now - this.#toleranceMs - ROUNDING_MS));
  }
}
