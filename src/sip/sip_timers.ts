/** The three times that all of SIP's timers are made of, RFC 3261 section 17.1.1.2. */

/** Base times in milliseconds. */
export interface SipTimers {
  /**
   * Estimate of a round trip.
   * @default 500
   */
  readonly t1?: number;
  /**
   * Longest time between two repetitions.
   * @default 4000
   */
  readonly t2?: number;
  /**
   * Longest time a message may stay in the network.
   * @default 5000
   */
  readonly t4?: number;
}

/** The base times that hold when none are given. */
export const DEFAULT_SIP_TIMERS: Required<SipTimers> = { t1: 500, t2: 4_000, t4: 5_000 };
