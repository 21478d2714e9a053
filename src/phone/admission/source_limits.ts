/** How many calls one address may make. */

import { type Clock, TokenBucket, type TokenBucketOptions } from "../../clock/mod.ts";

/** What the calls of one source address may not go beyond. */
export interface SourceLimitOptions {
  /** Calls at a time; one more is refused with 486. @default no limit */
  readonly callsPerSource?: number;
  /**
   * Calls a second, on the average; those beyond are refused with 503. So many may come at once as come
   * in {@link callsBurstPerSource} seconds.
   * @default no limit
   */
  readonly callsPerSecondPerSource?: number;
  /** Calls that may come at once after a pause. @default those of two seconds, and at least 5 */
  readonly callsBurstPerSource?: number;
  /**
   * Addresses without these limits, as many calls of many callers come from there: of FreeSWITCH, of a
   * trunk, of a proxy.
   * @default the host of `freeswitch` and the servers of `trunks`, where they are addresses
   */
  readonly sourcesWithoutLimit?: readonly string[];
}

/** One address, as it is remembered. */
interface Source {
  calls: number;
  /** How many calls may come now. */
  readonly pace: TokenBucket;
}

/** Addresses that are remembered. They can be forged, so that their number must be bounded. */
const MAX_SOURCES = 10_000;

/**
 * Counts calls by the address they come from, and their pace by a bucket of tokens for each.
 *
 * IPv6 addresses count by their first 64 bits, as one house has all that begin so.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { SourceLimits } from "@sofia/phone/phone";
 *
 * const limits = new SourceLimits({ callsPerSource: 1 }, new VirtualClock());
 * assert.equal(limits.refuses("192.0.2.1"), undefined);
 * const release = limits.add("192.0.2.1");
 * assert.equal(limits.refuses("192.0.2.1"), "source-calls");
 * release();
 * assert.equal(limits.refuses("192.0.2.1"), undefined);
 * ```
 */
export class SourceLimits {
  readonly #clock: Clock;
  readonly #callsAtATime: number;
  readonly #pace: TokenBucketOptions;
  readonly #free: ReadonlySet<string>;
  /** Those that were heard of last are at the end. */
  readonly #sources = new Map<string, Source>();

  /** Knows no source. @throws {RangeError} for a limit that is not above 0 */
  constructor(options: SourceLimitOptions, clock: Clock) {
    for (
      const name of ["callsPerSource", "callsPerSecondPerSource", "callsBurstPerSource"] as const
    ) {
      const value = options[name] ?? 1;
      if (value > 0) continue;
      throw new RangeError(`Cannot limit calls as ${name} is above 0: current value is ${value}`);
    }
    const { callsPerSource = Infinity, callsPerSecondPerSource = Infinity } = options;
    const { callsBurstPerSource = Math.max(5, 2 * callsPerSecondPerSource) } = options;
    this.#clock = clock;
    this.#callsAtATime = callsPerSource;
    this.#pace = { perSecond: callsPerSecondPerSource, burst: Math.max(1, callsBurstPerSource) };
    this.#free = new Set(options.sourcesWithoutLimit?.map(sourceOf));
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#sources.size;
  }

  /** Why a call from `address` is refused now, if it is. Each that is not too soon uses up a token. */
  refuses(address: string): "source-calls" | "source-rate" | undefined {
    if (this.#hasNoLimit(address)) return undefined;
    const source = this.#touch(sourceOf(address));
    // Before the calls at a time: who is refused for those must not knock without end either.
    if (!source.pace.take(this.#clock.now())) return "source-rate";
    return source.calls >= this.#callsAtATime ? "source-calls" : undefined;
  }

  /** A call from `address` was taken; returns what to do once it is over. */
  add(address: string): () => void {
    if (this.#hasNoLimit(address)) return () => {};
    const source = this.#touch(sourceOf(address));
    source.calls++;
    return () => void source.calls--;
  }

  #hasNoLimit(address: string): boolean {
    const isLimited = this.#callsAtATime < Infinity || this.#pace.perSecond < Infinity;
    return !isLimited || this.#free.has(sourceOf(address));
  }

  #touch(key: string): Source {
    const source = this.#sources.get(key) ??
      { calls: 0, pace: new TokenBucket(this.#pace) };
    this.#sources.delete(key);
    if (this.#sources.size >= MAX_SOURCES) this.#forgetOne();
    this.#sources.set(key, source);
    return source;
  }

  /** The one that was not heard of for longest, of those that have no call if there are such. */
  #forgetOne(): void {
    const first = this.#sources.keys().next().value!;
    let looks = 100;
    for (const [key, { calls }] of this.#sources) {
      if (calls === 0) return void this.#sources.delete(key);
      if (--looks === 0) break;
    }
    this.#sources.delete(first);
  }
}

/** What an address counts as. */
function sourceOf(address: string): string {
  const plain = address.replace(/^\[|\]$|%.*$/g, "").toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined || !plain.includes(":")) return mapped ?? plain;
  const [head, tail = ""] = plain.split("::");
  const groupsOf = (part: string) => part.split(":").filter((group) => group !== "");
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  return [...first, ...zeros, ...last].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
