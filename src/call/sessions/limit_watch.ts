/** Ends calls that go beyond a limit, and refuses callers who have too many. */

import type { CallInfo } from "../../backend/mod.ts";
import type { Clock, Timer } from "../../clock/mod.ts";
import type { CallLimits } from "./session_options.ts";

/** A call, as far as limits need to know it. */
export interface LimitedCall {
  /** Who calls. */
  readonly info: CallInfo;
  /** Ends it. */
  hangup(): Promise<void>;
  /** Resolves when it is over. */
  readonly ended: Promise<unknown>;
}

/** What {@link LimitWatch} needs. */
export interface LimitWatchOptions extends CallLimits {
  /** Time. */
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** A call is beyond a limit, and about to be ended. */
  readonly onLimit: (call: LimitedCall, limit: "maxCallMs" | "idleMs") => void;
}

/** What telephones say in the place of a hidden number. */
const HIDDEN = /^(|anonymous|unknown|restricted|private|unavailable)$/i;

/**
 * Watches over the limits of all calls of a phone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LimitWatch } from "@sofia/phone/call";
 * import { VirtualClock } from "@sofia/phone/clock";
 *
 * const clock = new VirtualClock();
 * const limits = { callsPerCaller: 1, clock, wallClock: () => 0, onLimit: () => {} };
 * const watch = new LimitWatch(limits);
 * const info = { sessionId: "1", from: { user: "alice" }, to: { user: "7000" }, headers: {} };
 * const call = { info, hangup: () => Promise.resolve(), ended: new Promise(() => {}) };
 * assert.deepEqual([watch.admit(call), watch.admit(call)], [true, false]);
 * ```
 */
export class LimitWatch {
  readonly #options: LimitWatchOptions;
  readonly #callers = new Map<string, Set<LimitedCall>>();
  /** When something was last said or done in a call, in ms of the clock. */
  readonly #activeAt = new Map<LimitedCall, number>();

  /**
   * Watches nothing yet.
   *
   * @throws {RangeError} for a limit that is not above 0
   */
  constructor(options: LimitWatchOptions) {
    for (const name of ["maxCallMs", "idleMs", "callsPerCaller"] as const) {
      const value = options[name] ?? 1;
      if (value > 0) continue;
      throw new RangeError(`Cannot limit calls as ${name} is above 0: current value is ${value}`);
    }
    this.#options = options;
  }

  /** A call came in: false if its caller has too many; else it is counted until it ends. */
  admit(call: LimitedCall): boolean {
    const { callsPerCaller = Infinity } = this.#options;
    const { from: { user }, resumed } = call.info;
    if (HIDDEN.test(user)) return true;
    const calls = this.#callers.get(user) ?? new Set();
    // Who was cut off had its call before.
    if (calls.size >= callsPerCaller && resumed === undefined) return false;
    this.#callers.set(user, calls.add(call));
    void call.ended.then(() => {
      calls.delete(call);
      if (calls.size === 0 && this.#callers.get(user) === calls) this.#callers.delete(user);
    });
    return true;
  }

  /** A call was answered: its time runs. */
  answered(call: LimitedCall): void {
    const { clock, wallClock, maxCallMs, idleMs } = this.#options;
    const timers: Timer[] = [];
    if (maxCallMs !== undefined) {
      const before = wallClock() - (call.info.resumed?.startedAt ?? wallClock());
      const leftMs = Math.max(0, maxCallMs - Math.max(0, before));
      timers.push(clock.setTimer(() => this.#end(call, "maxCallMs"), leftMs));
    }
    if (idleMs !== undefined) {
      this.#activeAt.set(call, clock.now());
      const watch = (afterMs: number) => {
        timers[timers.length - 1] = clock.setTimer(() => {
          const leftMs = this.#activeAt.get(call)! + idleMs - clock.now();
          if (leftMs > 0) watch(leftMs);
          else this.#end(call, "idleMs");
        }, afterMs);
      };
      timers.push({ cancel: () => {} });
      watch(idleMs);
    }
    void call.ended.then(() => {
      this.#activeAt.delete(call);
      for (const timer of timers) timer.cancel();
    });
  }

  /** Something was said or done in a call. */
  active(call: LimitedCall): void {
    if (this.#activeAt.has(call)) this.#activeAt.set(call, this.#options.clock.now());
  }

  #end(call: LimitedCall, limit: "maxCallMs" | "idleMs"): void {
    this.#options.onLimit(call, limit);
    void call.hangup();
  }
}
