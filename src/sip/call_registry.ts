/** The calls there are, and how many of them one source has. */

import type { BaseCall } from "./base_call.ts";
import { count, type SipCounters } from "./sip_counters.ts";
import type { SipLimits } from "./sip_limits.ts";
import { Tally } from "./tally.ts";

/** The calls of a user agent, in the order they came. */
export class CallRegistry {
  readonly calls = new Set<BaseCall>();
  readonly #limits: Required<SipLimits>;
  readonly #counters: SipCounters;
  readonly #bySource = new Tally();

  constructor(limits: Required<SipLimits>, counters: SipCounters) {
    this.#limits = limits;
    this.#counters = counters;
  }

  /** True when a call from `address` may come in; else that is counted. */
  admits(address: string): boolean {
    const { maxCalls, maxCallsPerSource } = this.#limits;
    const limit = this.calls.size >= maxCalls
      ? "maxCalls"
      : this.#bySource.of(address) >= maxCallsPerSource
      ? "maxCallsPerSource"
      : undefined;
    if (limit !== undefined) count(this.#counters.refused, limit);
    return limit === undefined;
  }

  add(call: BaseCall): void {
    this.calls.add(call);
    this.#bySource.add(call.remote.address);
    this.#counters.calls = this.calls.size;
  }

  remove(call: BaseCall): void {
    if (!this.calls.delete(call)) return;
    this.#bySource.remove(call.remote.address);
    this.#counters.calls = this.calls.size;
  }
}
