/** The messages of a call that came by another door than SIP. */

import type { CallInfo } from "../backend/mod.ts";
import type { MediaLine } from "../media/mod.ts";
import {
  type ExtraHeaders,
  type SipCall,
  type SipCallEnd,
  type SipCallHandlers,
  type SipHangupOptions,
  type SipRejectOptions,
  SipStatusError,
} from "../sip/mod.ts";
import type { CallLeg } from "./call_leg.ts";
import { CHANNEL_FIELD } from "./claimed_channel.ts";
import { refusalName } from "./refusals.ts";

/** A door that is not SIP. */
export type DoorName = Exclude<NonNullable<CallInfo["door"]>, "sip">;

/** Who came by a door, and how the door speaks to it. */
export interface DoorLegOptions {
  /** Names the call. */
  readonly id: string;
  /** The door. */
  readonly door: DoorName;
  /** Who calls, as it says. */
  readonly from: CallInfo["from"];
  /** What was called. */
  readonly to: CallInfo["to"];
  /** What else the caller says, by lower-case name. @default {} */
  readonly headers?: Readonly<Record<string, string>>;
  /** The address it came from. */
  readonly remoteAddress: string;
  /** What its sound comes and goes by. */
  readonly line: MediaLine;
  /** Tells it that it rings. @default it cannot be told */
  readonly onRing?: () => void;
  /** Tells it that sound comes before the call is answered. @default it plays what comes */
  readonly onEarlyMedia?: () => void;
  /** Tells it that the call is answered, with the fields of the answer. @default it need not know */
  readonly onAnswer?: (headers: ExtraHeaders) => void;
  /** Asks it for a sign of life, as nothing has come for long. @default nobody asks */
  readonly onProbe?: () => void;
  /**
   * The call is over, however it ended: tells it, and lets it go. Called once.
   *
   * @param why in a word or a few: `busy`, `remote-hangup`, `local-hangup`, `timeout`, or what was given
   * as the reason
   */
  readonly onOver: (end: SipCallEnd, why: string) => void;
}

/**
 * Has the shape of a call of SIP, so that whoever holds it need not care. No description has to be agreed
 * on, and nobody has to confirm anything.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DoorLeg } from "@sofia/phone/call";
 * import { SeededRandom, VirtualClock } from "@sofia/phone/clock";
 * import { G711 } from "@sofia/phone/codec";
 * import { MessageLine } from "@sofia/phone/media";
 *
 * const time = { clock: new VirtualClock(), random: new SeededRandom(1) };
 * const codec = new G711("PCMU");
 * const leg = new DoorLeg({
 *   id: "7f3a",
 *   door: "twilio",
 *   from: { user: "+4930123" },
 *   to: { user: "+4930456" },
 *   remoteAddress: "192.0.2.7",
 *   line: new MessageLine({ ...time, name: "twilio", codec, send: () => {} }),
 *   onOver: ({ cause }) => assert.equal(cause, "cancelled"),
 * });
 * leg.gone("remote"); // before anybody has answered
 * assert.equal(leg.state, "ended");
 * ```
 */
export class DoorLeg implements CallLeg {
  /** It came in. */
  readonly direction = "in";
  /** Names the call. */
  readonly id: string;
  /** Who calls whom. */
  readonly callInfo: CallInfo;
  /** The address it came from. */
  readonly remoteHost: string;
  /** What its sound comes and goes by. */
  readonly line: MediaLine;
  /** There is none by this door. */
  readonly remoteSdp: undefined;
  /** There is none by this door. */
  readonly response: undefined;
  /** Who is told what happens. */
  handlers: SipCallHandlers = {};
  readonly #options: DoorLegOptions;
  #state: SipCall["state"] = "inviting";

  /** Nobody has answered it yet. */
  constructor(options: DoorLegOptions) {
    const { id, door, from, to, remoteAddress, line } = options;
    const headers: Record<string, string> = Object.create(null);
    Object.assign(headers, options.headers);
    // It would be a claim on somebody's channel of FreeSWITCH, which no caller by this door has.
    delete headers[CHANNEL_FIELD.toLowerCase()];
    this.id = id;
    this.callInfo = { sessionId: id, door, from, to, headers };
    this.remoteHost = remoteAddress;
    this.line = line;
    this.#options = options;
  }

  /** How far it has come; it is never `answered` without being `confirmed`. */
  get state(): SipCall["state"] {
    return this.#state;
  }

  /** Says that it rings; false where that cannot be said. */
  ring(): boolean {
    const { onRing } = this.#options;
    if (this.#state !== "inviting" || onRing === undefined) return false;
    onRing();
    return true;
  }

  /** Says that there is sound before the answer. */
  progress(): boolean {
    if (this.#state !== "inviting") return false;
    this.#options.onEarlyMedia?.();
    return true;
  }

  /** Answers. There is no description to answer with. */
  answer(_sdp: Uint8Array, headers: ExtraHeaders = {}): boolean {
    if (this.#state !== "inviting") return false;
    this.#state = "confirmed";
    this.#options.onAnswer?.(headers);
    this.handlers.onConfirmed?.();
    return true;
  }

  /** Refuses. */
  reject(status: number, options: SipRejectOptions = {}): boolean {
    if (this.#state !== "inviting") return false;
    const { headers, reason: why = refusalName(status) } = options;
    this.#finish({ cause: "local", status, reason: headers?.Reason }, why);
    return true;
  }

  /** Hangs up, or refuses what is not answered. */
  hangup({ status = 480, reason }: SipHangupOptions = {}): Promise<void> {
    const why = /text="([^"]*)"/.exec(reason ?? "")?.[1] ?? "local-hangup";
    if (!this.reject(status)) {
      this.#finish({ cause: "local", status: undefined, reason: undefined }, why);
    }
    return Promise.resolve();
  }

  /** The other side has gone: it hung up (`remote`), or says nothing any more. */
  gone(cause: "remote" | "timeout", reason?: string): void {
    const hasGivenUp = cause === "remote" && this.#state === "inviting";
    const end: SipCallEnd = {
      cause: hasGivenUp ? "cancelled" : cause,
      status: hasGivenUp ? 487 : undefined,
      reason,
    };
    this.#finish(end, cause === "remote" ? "remote-hangup" : cause);
  }

  /** Nobody takes such messages by this door: 501. */
  info(): Promise<number> {
    return Promise.resolve(501);
  }

  /** Asks for a sign of life. */
  probe(): void {
    if (this.#state === "confirmed") this.#options.onProbe?.();
  }

  /** Rejects: nothing was agreed on that could be changed. */
  reinvite(): Promise<Uint8Array> {
    return Promise.reject(this.#unfit("change the session"));
  }

  /** Rejects: nobody is there to call somebody else. */
  refer(): Promise<number> {
    return Promise.reject(this.#unfit("refer the caller to somebody else"));
  }

  #finish(end: SipCallEnd, why: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#options.onOver(end, why);
    this.handlers.onEnded?.(end);
  }

  #unfit(what: string): SipStatusError {
    const text =
      `Cannot ${what} as that takes a call by SIP: current value is ${this.#options.door}`;
    return new SipStatusError(text, { status: 501 });
  }
}
