/** How much each client may ask for. */

/** What a {@link TokenBuckets} allows. */
export interface TokenBucketsOptions {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens that a client has at first, and at most. */
  readonly burst: number;
  /** Clients that are remembered. @default 10000 */
  readonly clients?: number;
}

interface Bucket {
  tokens: number;
  at: number;
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
 * import { TokenBuckets } from "./token_bucket.ts";
 *
 * const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
 * assert.deepEqual([0, 0, 0].map((at) => buckets.take("a", at)), [0, 0, 1000]);
 * assert.equal(buckets.take("a", 1000), 0);
 * ```
 */
export class TokenBuckets {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();

  /** Every client has a full bucket. */
  constructor({ perSecond, burst, clients = 10_000 }: TokenBucketsOptions) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#most = clients;
  }

  /** Clients that are remembered now. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token at `now` ms, or says in how many ms there will be one; 0 when it was taken. */
  take(client: string, now: number): number {
    const waitMs = this.waitMs(client, now);
    if (waitMs === 0) this.#buckets.get(client)!.tokens -= 1;
    return waitMs;
  }

  /** In how many ms there will be a token; 0 when there is one. Takes none. */
  waitMs(client: string, now: number): number {
    const { tokens } = this.#refilled(client, now);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.#perMs);
  }

  #refilled(client: string, now: number): Bucket {
    const bucket = this.#buckets.get(client) ?? { tokens: this.#burst, at: now };
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.at) * this.#perMs);
    bucket.at = now;
    // To the end of the map, as the last that asked.
    this.#buckets.delete(client);
    if (this.#buckets.size >= this.#most) {
      this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    this.#buckets.set(client, bucket);
    return bucket;
  }
}
