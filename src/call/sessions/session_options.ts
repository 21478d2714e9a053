/** How calls outlive their process. */

import type { CallStore } from "./call_store.ts";

/** Where calls are stored, and for how long. */
export interface SessionOptions {
  /** A folder for the calls, which only its user can read: as in {@link FileStore}. One of this and `store`. */
  readonly folder?: string;
  /** Where else calls are stored: in Redis, by `RedisStore` of `@sofia/phone/call/redis`, or at a place of yours. */
  readonly store?: CallStore;
  /**
   * How long a call that was cut off is waited for, in ms. It must be above the time for which
   * FreeSWITCH's dialplan tries.
   * @default 300000
   */
  readonly resumeWithinMs?: number;
  /** How long calls that are over are kept, in ms; those of 0 are forgotten within half a minute. @default 3600000 */
  readonly keepEndedMs?: number;
  /**
   * The addresses of FreeSWITCH, from where a call is believed that it goes on, in the place of the
   * address that it came from before. Where the option `freeswitch` is given, FreeSWITCH itself is asked
   * and addresses prove nothing, unless it cannot be reached.
   */
  readonly trusted?: readonly string[];
}

/** What calls may not go beyond. */
export interface CallLimits {
  /** How long a call may last, cuts included, in ms. @default no limit */
  readonly maxCallMs?: number;
  /** How long nobody may say anything or press a key, in ms. @default no limit */
  readonly idleMs?: number;
  /**
   * Calls at a time from one number; one more is refused with 486. Callers who hide their number have no
   * limit; and the number is what the network says, which is no proof.
   * @default no limit
   */
  readonly callsPerCaller?: number;
}
