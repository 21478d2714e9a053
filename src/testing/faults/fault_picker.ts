/** Which fault strikes when. */

import type { Step } from "../../backend/mod.ts";
import { fraction, type Random } from "../../clock/mod.ts";
import type { Fault, FaultContext, FaultOptions, FaultRule } from "./fault.ts";

/** What is known of a call of a step before it is counted. */
export type FaultSite = Pick<FaultContext, "step" | "sessionId" | "text">;

/** Counts the calls of each step and picks the rule that holds. */
export class FaultPicker {
  readonly #rules: readonly FaultRule[];
  readonly #random: Random;
  readonly #onFault: FaultOptions["onFault"];
  readonly #asked = new Map<Step, number>();
  /** By call, then by step. */
  readonly #askedOfCall = new Map<string, Map<Step, number>>();

  constructor(options: FaultOptions & { readonly random: Random }) {
    for (const { probability = 1 } of options.rules) {
      if (probability >= 0 && probability <= 1) continue;
      throw new RangeError(
        `Cannot make faults as a probability is from 0 to 1: current value is ${probability}`,
      );
    }
    this.#rules = options.rules;
    this.#random = options.random;
    this.#onFault = options.onFault;
  }

  /** The fault that strikes here; undefined for none. */
  pick(site: FaultSite): Fault | undefined {
    const ofCall = this.#askedOfCall.get(site.sessionId) ?? new Map<Step, number>();
    this.#askedOfCall.set(site.sessionId, ofCall);
    const context = {
      ...site,
      nth: count(this.#asked, site.step),
      nthOfCall: count(ofCall, site.step),
    };
    const rule = this.#rules.find((rule) => this.#holds(rule, context));
    if (rule !== undefined) this.#onFault?.(context, rule);
    return rule?.fault;
  }

  /** The call is over. */
  forget(sessionId: string): void {
    this.#askedOfCall.delete(sessionId);
  }

  #holds({ step, nth, when, probability = 1 }: FaultRule, context: FaultContext): boolean {
    return isOneOf(step, context.step) && isOneOf(nth, context.nth) &&
      (when === undefined || when(context)) &&
      // Last, so that chance is asked only where it decides.
      (probability === 1 || fraction(this.#random) < probability);
  }
}

function count(counts: Map<Step, number>, step: Step): number {
  const next = (counts.get(step) ?? 0) + 1;
  counts.set(step, next);
  return next;
}

function isOneOf<T extends string | number>(
  wanted: T | readonly T[] | undefined,
  value: T,
): boolean {
  return wanted === undefined ||
    (Array.isArray(wanted) ? wanted.includes(value) : wanted === value);
}
