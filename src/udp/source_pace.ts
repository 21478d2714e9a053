import { TokenBucket } from "../clock/mod.ts";

/** How long whoever was heard first is silent before another takes its place, in ms. */
const SILENCE_MS = 2000;

/**
 * Judges which datagrams are worth reading, so that a flood to one socket takes no time from others.
 *
 * Whoever was heard first, and goes on, has a pace of its own; all others share one. So a stranger
 * does not use up what the peer of a call needs, wherever it says to send from. Who is trusted is for
 * the reader to judge: here it is only said who costs too much.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SourcePace } from "./source_pace.ts";
 *
 * const pace = new SourcePace(2);
 * assert.deepEqual([pace.admits("192.0.2.1", 4000, 0), pace.admits("192.0.2.1", 4000, 0)], [true, true]);
 * assert.equal(pace.admits("192.0.2.1", 4000, 0), false);
 * assert.equal(pace.admits("192.0.2.9", 4000, 0), true);
 * ```
 */
export class SourcePace {
  readonly #ofFirst: TokenBucket;
  readonly #ofOthers: TokenBucket;
  #address = "";
  #port = 0;
  #heardAt = -Infinity;

  /**
   * Nobody has been heard.
   *
   * @throws {RangeError} for a pace below 1
   * @param perSecond datagrams a second; those of a second may come at once
   */
  constructor(perSecond: number) {
    this.#ofFirst = new TokenBucket({ perSecond, burst: perSecond });
    this.#ofOthers = new TokenBucket({ perSecond, burst: perSecond });
  }

  /** Whether a datagram that came from there at `now`, in ms, is to be read. */
  admits(address: string, port: number, now: number): boolean {
    if (now - this.#heardAt >= SILENCE_MS) {
      this.#address = address;
      this.#port = port;
    }
    if (port !== this.#port || address !== this.#address) return this.#ofOthers.take(now);
    this.#heardAt = now;
    return this.#ofFirst.take(now);
  }
}
