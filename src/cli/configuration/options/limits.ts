/** What calls may not go beyond. */

import type { OptionTable } from "../option.ts";
import { ipAddresses, whole, wholeOrOff } from "../option_kinds.ts";

/** What calls may not go beyond. Undefined is no limit. */
export interface LimitSettings {
  /** Calls at a time; one more is told to come back later. */
  readonly maxCalls: number;
  /** How long a call may last, in seconds. */
  readonly sessionTimeout: number | undefined;
  /** How long nobody may say anything or press a key, in seconds. */
  readonly idleTimeout: number | undefined;
  /** Calls at a time from one number. */
  readonly callsPerCaller: number | undefined;
  /** Calls at a time from one address. */
  readonly callsPerSource: number | undefined;
  /** New calls a second from one address. */
  readonly callsPerSecondPerSource: number | undefined;
  /** Addresses that many callers come from. Undefined for those of FreeSWITCH and the trunks. */
  readonly sourcesWithoutLimit: readonly string[] | undefined;
  /** How late the metronome may be before no call is taken, in ms; `off` for not looking at it. */
  readonly maxLatenessMs: number | "off";
}

const WEEK_S = 604_800;

/** Their table. */
export const limits: OptionTable<LimitSettings> = {
  maxCalls: {
    ...whole(1, 10_000),
    fallback: 300,
    otherVariables: ["SOFIA_PHONE_MAX_SESSIONS"],
    what: "calls at a time; one more gets 486 with Retry-After",
  },
  sessionTimeout: {
    ...whole(1, WEEK_S),
    what: "how long a call may last, in seconds; then it is ended",
  },
  idleTimeout: {
    ...whole(1, WEEK_S),
    what: "how long nobody may say anything or press a key, in seconds; then the call is ended",
  },
  callsPerCaller: {
    ...whole(1, 10_000),
    what: "calls at a time from one number; hidden numbers have no limit",
  },
  callsPerSource: {
    ...whole(1, 10_000),
    what: "calls at a time from one address",
  },
  callsPerSecondPerSource: {
    ...whole(1, 10_000),
    what: "new calls a second from one address",
  },
  sourcesWithoutLimit: {
    ...ipAddresses(),
    what: "addresses that those two do not hold for, as of a proxy, in place of FreeSWITCH's and " +
      "the trunks'",
  },
  maxLatenessMs: {
    ...wholeOrOff(1, 10_000),
    fallback: 20,
    what: "how late sound may leave this machine before new calls are refused, in ms",
  },
};
