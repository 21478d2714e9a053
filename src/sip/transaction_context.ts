/** What every transaction is given. */

import type { Clock } from "../clock/mod.ts";
import type { SipCounters } from "./sip_counters.ts";
import type { SipTimers } from "./sip_timers.ts";

/** Times and counters shared by the transactions of a user agent. */
export interface TransactionContext extends Required<SipTimers> {
  readonly clock: Clock;
  readonly counters: SipCounters;
}

/** 64 * T1: how long one side waits for the other before it gives up. */
export function longestWait(context: TransactionContext): number {
  return 64 * context.t1;
}
