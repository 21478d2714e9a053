/** What became of the calls of a phone: counted, written to the log, and told. */

import { getLogger } from "@logtape/logtape";
import type { CallInfo } from "../backend/mod.ts";
import type { Call, CallEnd, CallLeg } from "../call/mod.ts";
import type { Clock } from "../clock/mod.ts";
import { newRefusalCounts, type Refusal, type RefusalCounts } from "./admission/refusal.ts";
import type { PhoneEvents } from "./phone_events.ts";
import { RefusalLog } from "./refusal_log.ts";

const log = getLogger(["sofia-phone", "phone"]);

/** What a caller is told to wait before it tries again, in seconds. */
const RETRY_AFTER_S = 5;

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

/** What became of calls, by the door they came by. */
export type DoorCounters = Readonly<Record<NonNullable<CallInfo["door"]>, PhoneCounters>>;

/** A call that comes in: by SIP, where nobody has read yet who it is, or by another door. */
type ArrivingLeg = Pick<CallLeg, "id" | "reject"> & { readonly callInfo?: Pick<CallInfo, "door"> };

/** What {@link CallTally} tells. */
export type Emit = <Name extends keyof PhoneEvents>(name: Name, detail: PhoneEvents[Name]) => void;

/** Keeps the books of a phone. */
export class CallTally {
  /** Of the calls that came in. */
  readonly incoming: PhoneCounters = { offered: 0, answered: 0, refused: 0, failed: 0 };
  /** Of the calls that we made. */
  readonly placed: PhoneCounters = { offered: 0, answered: 0, refused: 0, failed: 0 };
  /** Of the calls that came in, by the door they came by. */
  readonly doors: DoorCounters = newDoorCounters();
  /** Of the calls that came in and were refused. */
  readonly refusals: RefusalCounts = newRefusalCounts();
  readonly #refusals: RefusalLog;
  readonly #turnedAway = new WeakSet<Call>();
  readonly #emit: Emit;

  /** Nothing has become of any call yet. */
  constructor(clock: Clock, emit: Emit) {
    this.#refusals = new RefusalLog(clock);
    this.#emit = emit;
  }

  /** A call came in. */
  offered(leg: ArrivingLeg): void {
    this.#count(leg.callInfo, "offered");
  }

  /** Refuses a call that there is no room for. */
  refuse(leg: ArrivingLeg, refusal: Refusal): void {
    const { status, reason } = refusal;
    leg.reject(status, { reason, headers: { "Retry-After": String(RETRY_AFTER_S) } });
    this.#refusals.push({ call: short(leg.id), status, reason });
    this.#refused(leg.callInfo, refusal);
  }

  /** A call was refused before it became one. */
  refusedBelow(isDraining: boolean): void {
    this.#count(undefined, "offered");
    this.#refused(undefined, { status: 503, ...isDraining ? STOPPING : OVERRUN });
  }

  /** Refuses a call whose caller has too many. */
  turnAway(call: Call): void {
    this.#turnedAway.add(call);
    call.reject("busy");
  }

  /** A call is live. */
  answered(call: Call): void {
    const { direction = "in", from, to } = call.info;
    if (direction === "in") this.#count(call.info, "answered");
    else this.placed.answered++;
    log.info("answered {call} {direction} from {from} to {to}: {chain}", {
      call: short(call.id),
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
    log.info("ended {call}: {cause} after {ms} ms", {
      call: short(call.id),
      cause,
      ms: durationMs | 0,
    });
    this.#emit("ended", { call, end });
  }

  #unanswered(call: Call, { cause, status, error }: CallEnd): void {
    const isOurs = call.info.direction === "out";
    const isRefused = cause === (isOurs ? "remote" : "local") && status !== undefined &&
      (isOurs || status !== 500);
    // Whoever makes a call is told by its error.
    if (isOurs) return void this.placed[isRefused ? "refused" : "failed"]++;
    if (!isRefused) return this.#count(call.info, "failed");
    const isTooMany = this.#turnedAway.has(call);
    this.#refused(call.info, { status, ...isTooMany ? TOO_MANY : whyOf(status, error) });
  }

  #count(info: Pick<CallInfo, "door"> | undefined, what: keyof PhoneCounters): void {
    this.incoming[what]++;
    this.doors[info?.door ?? "sip"][what]++;
  }

  #refused(info: Pick<CallInfo, "door"> | undefined, refusal: Refusal): void {
    this.#count(info, "refused");
    this.refusals[refusal.why]++;
    this.#emit("refused", refusal);
  }
}

function newDoorCounters(): DoorCounters {
  const none = () => ({ offered: 0, answered: 0, refused: 0, failed: 0 });
  return { sip: none(), browser: none(), twilio: none(), audiosocket: none() };
}

const STOPPING = { reason: "The phone is about to stop", why: "draining" } as const;
const OVERRUN = { reason: "Too many requests", why: "sip-limits" } as const;
const TOO_MANY = { reason: "The caller has too many calls", why: "caller-calls" } as const;

/** Why a call was refused that was taken at first, from what it ended with. */
function whyOf(status: number, error: unknown): Pick<Refusal, "reason" | "why"> {
  if (status === 488) return { reason: "Nothing in common", why: "no-codec" };
  if (status === 400) return { reason: "Nothing in common", why: "bad-offer" };
  // Without an error it is the application that says so.
  return status === 503 && error !== undefined
    ? { reason: "No port for sound is free", why: "no-port" }
    : { reason: "The application does not take it", why: "application" };
}

/** What a peer says of itself, which may be 60 kB long, for a line of the log. */
export function short(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
