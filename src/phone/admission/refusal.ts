/** Why calls are not taken. */

/** Why a call was not taken, in the words that are counted by. */
export type RefusalWhy =
  /** The phone is about to stop. */
  | "draining"
  /** The process is too busy: see {@link AdmissionOptions}. */
  | "overloaded"
  /** There are `maxCalls` already. */
  | "lines"
  /** The address that it came from has `callsPerSource` already. */
  | "source-calls"
  /** The address that it came from calls more often than `callsPerSecondPerSource`. */
  | "source-rate"
  /** The number that it came from has `callsPerCaller` already. */
  | "caller-calls"
  /** There is no sound that both sides can do. */
  | "no-codec"
  /** What it offered cannot be read. */
  | "bad-offer"
  /** No port for sound is free. */
  | "no-port"
  /** The user agent has more requests or calls than it can remember: see `SipLimits`. */
  | "sip-limits"
  /** The application did not want it. */
  | "application";

/** What a call is refused with. */
export interface Refusal {
  /** The status of SIP. */
  readonly status: number;
  /** Why, for a person. */
  readonly reason: string;
  /** Why, for a counter. */
  readonly why: RefusalWhy;
}

/** How many calls were refused, by why. */
export type RefusalCounts = Record<RefusalWhy, number>;

/** Counts at zero. */
export function newRefusalCounts(): RefusalCounts {
  return {
    ...{ draining: 0, overloaded: 0, lines: 0, "source-calls": 0, "source-rate": 0 },
    ...{ "caller-calls": 0, "no-codec": 0, "bad-offer": 0, "no-port": 0 },
    ...{ "sip-limits": 0, application: 0 },
  };
}
