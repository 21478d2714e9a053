/** What became of the calls of a phone: counted, written to the log, and told. */

import { getLogger } from "@logtape/logtape";
import type { Call, CallEnd } from "../call/mod.ts";
import type { Clock } from "../clock/mod.ts";
import type { SipCall } from "../sip/mod.ts";
import type { PhoneEvents } from "./phone_events.ts";
import { RefusalLog } from "./refusal_log.ts";

const log = getLogger(["sofia-phone", "phone"]);

/** What a caller is told to wait before it tries again, in seconds. */
const RETRY_AFTER_S = 5;

/** Why calls were refused, by the status they got. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: "Nothing in common",
  488: "Nothing in common",
  503: "No port for sound is free",
};

/** What became of the calls: offered = answered + refused + failed + those that still arrive. */
export interface PhoneCounters {
  /** Calls that came in, or that we began. */
  offered: number;
  /** Calls that were answered. */
  answered: number;
  /** Calls that were not taken, with a status that says why. */
  refused: number;
  /** Calls that were given up by the caller, or failed on our side, before they were answered. */
  failed: number;
}

/** What {@link CallTally} tells. */
export type Emit = <Name extends keyof PhoneEvents>(name: Name, detail: PhoneEvents[Name]) => void;

/** Keeps the books of a phone. */
export class CallTally {
  /** Of the calls that came in. */
  readonly incoming: PhoneCounters = { offered: 0, answered: 0, refused: 0, failed: 0 };
  /** Of the calls that we made. */
  readonly placed: PhoneCounters = { offered: 0, answered: 0, refused: 0, failed: 0 };
  readonly #refusals: RefusalLog;
  readonly #emit: Emit;

  /** Nothing has become of any call yet. */
  constructor(clock: Clock, emit: Emit) {
    this.#refusals = new RefusalLog(clock);
    this.#emit = emit;
  }

  /** Refuses a call that there is no room for. */
  refuse(sip: SipCall, status: number, reason: string): void {
    this.incoming.refused++;
    sip.reject(status, { reason, headers: { "Retry-After": String(RETRY_AFTER_S) } });
    this.#refusals.push({ id: short(sip.id), status, reason });
    this.#emit("refused", { status, reason });
  }

  /** A call is live. */
  answered(call: Call): void {
    const { direction = "in", from, to } = call.info;
    (direction === "in" ? this.incoming : this.placed).answered++;
    log.info("answered {id} {direction} from {from} to {to}: {chain}", {
      id: short(call.id),
      direction,
      from: short(from.user),
      to: short(to.user),
      chain: String(call.media?.chain),
    });
    this.#emit("answered", { call });
  }

  /** A call is over. */
  ended(call: Call, end: CallEnd): void {
    if (!call.wasAnswered) return this.#unanswered(call, end);
    const { cause, durationMs } = end;
    log.info("ended {id}: {cause} after {ms} ms", {
      id: short(call.id),
      cause,
      ms: durationMs | 0,
    });
    this.#emit("ended", { call, end });
  }

  #unanswered({ info }: Call, { cause, status }: CallEnd): void {
    const isOurs = info.direction === "out";
    const counters = isOurs ? this.placed : this.incoming;
    const isRefused = cause === (isOurs ? "remote" : "local") && status !== undefined &&
      (isOurs || status !== 500);
    counters[isRefused ? "refused" : "failed"]++;
    // Whoever makes a call is told by its error.
    if (isOurs || !isRefused) return;
    const reason = REFUSALS[status] ?? "The application does not take it";
    this.#emit("refused", { status, reason });
  }
}

/** What a peer says of itself, which may be 60 kB long, for a line of the log. */
export function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
