/** Whoever guesses the token has to wait, and those who know it have not. */

import { TokenBuckets } from "./token_buckets.ts";

/** A client that has shown the token knows it for so long, in ms. */
const KNOWN_MS = 3_600_000;
/** Clients that are remembered as such; the one that showed it first goes first. */
const MOST_KNOWN = 1000;

/**
 * Counts the wrong tokens of each client.
 *
 * Many may share an address: an office, or the users of a proxy that is not told of. One of them who
 * guesses must not lock out the others, so that an address from which the right token came within the
 * last hour does not wait. Who guesses there is held up by the limit of all requests alone, which is
 * enough for a token that was made by chance.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Guesses } from "./guesses.ts";
 *
 * const guesses = new Guesses(1); // a minute
 * guesses.note("a", { isRight: false }, 0);
 * assert.equal(guesses.waitMs("a", 0), 60_000);
 * guesses.note("b", { isRight: true }, 0);
 * guesses.note("b", { isRight: false }, 0);
 * assert.equal(guesses.waitMs("b", 0), 0);
 * ```
 */
export class Guesses {
  readonly #wrong: TokenBuckets;
  /** When each client last showed the token, the earliest first. */
  readonly #known = new Map<string, number>();

  /** Nobody has tried. A client may be wrong `perMinute` times a minute, and as often at once. */
  constructor(perMinute: number) {
    this.#wrong = new TokenBuckets({
      perSecond: perMinute / 60,
      burst: Math.max(1, perMinute),
    });
  }

  /** In how many ms a client may try again at `now` ms; 0 when it may. */
  waitMs(client: string, now: number): number {
    const knownAt = this.#known.get(client);
    if (knownAt !== undefined && now - knownAt < KNOWN_MS) return 0;
    return this.#wrong.waitMs(client, now);
  }

  /** A client has tried at `now` ms. */
  note(client: string, { isRight }: { readonly isRight: boolean }, now: number): void {
    if (!isRight) return void this.#wrong.take(client, now);
    this.#known.delete(client);
    if (this.#known.size >= MOST_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    this.#known.set(client, now);
  }
}
