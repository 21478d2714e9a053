/** How much each client may ask for. */

import { TokenBucket, type TokenBucketOptions } from "../../clock/mod.ts";

/** What {@link TokenBuckets} allow each client. */
export interface TokenBucketsOptions extends TokenBucketOptions {
  /** Clients that are remembered. @default 10000 */
  readonly clients?: number;
}

/**
 * A bucket of tokens for each client: one that asks more often than tokens come back has to wait.
 *
 * The clients that are remembered are bounded: the one that was quiet for longest is forgotten, which
 * is one with a full bucket unless very many come at once.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TokenBuckets } from "./token_buckets.ts";
 *
 * const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
 * assert.deepEqual([0, 0, 0].map((at) => buckets.take("a", at)), [0, 0, 1000]);
 * assert.equal(buckets.take("a", 1000), 0);
 * ```
 */
export class TokenBuckets {
  readonly #options: TokenBucketsOptions;
  /** Those that asked last are at the end. */
  readonly #buckets = new Map<string, TokenBucket>();

  /**
   * Every client has a full bucket.
   *
   * @throws {RangeError} for a pace that is not above 0, or a burst below 1
   */
  constructor(options: TokenBucketsOptions) {
    // Refused here, and not when the first client asks.
    new TokenBucket(options);
    this.#options = options;
  }

  /** Clients that are remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token at `now` ms, or says in how many ms there will be one; 0 when it was taken. */
  take(client: string, now: number): number {
    const bucket = this.#of(client);
    return bucket.take(now) ? 0 : bucket.waitMs(now);
  }

  /** In how many ms there will be a token; 0 when there is one. Takes none. */
  waitMs(client: string, now: number): number {
    return this.#of(client).waitMs(now);
  }

  #of(client: string): TokenBucket {
    const bucket = this.#buckets.get(client) ?? new TokenBucket(this.#options);
    this.#buckets.delete(client);
    if (this.#buckets.size >= (this.#options.clients ?? 10_000)) {
      this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    this.#buckets.set(client, bucket);
    return bucket;
  }
}
