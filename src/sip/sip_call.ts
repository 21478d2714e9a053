/** One call as the rest of the code sees it: an INVITE and the dialog it makes. */

import type { SipCallHandlers } from "./sip_call_handlers.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";
import type { SipRequest, SipResponse } from "./message.ts";

/** One end of a call, as its From or To field says. */
export interface SipParty {
  /** The display name without quotes, or empty. */
  readonly name: string;
  /** The URI as it was written: `sip:1001@10.0.0.1`. */
  readonly uri: string;
  /** The user of the URI with percent signs decoded, or empty. */
  readonly user: string;
}

/**
 * How far a call has come: `inviting` until somebody answered or refused, `answered` between our 200
 * and its ACK, `confirmed` while both may speak, and `ended`.
 */
export type SipCallState = "inviting" | "answered" | "confirmed" | "ended";

/** Why a call is over. */
export interface SipCallEnd {
  /**
   * `local`: we hung up or refused. `remote`: the peer hung up or refused. `cancelled`: the caller
   * gave up before an answer. `timeout`: the peer stopped answering, or cannot be reached any more;
   * the end of a TCP connection alone ends no call. `expired`: the session timer ran out.
   */
  readonly cause: "local" | "remote" | "cancelled" | "timeout" | "expired";
  /** The status the INVITE was refused with, or undefined. */
  readonly status: number | undefined;
  /** The Reason field of the peer's BYE or CANCEL (RFC 3326) as it was written, or undefined. */
  readonly reason: string | undefined;
}

/** Further fields for a message, by name. */
export type ExtraHeaders = Readonly<Record<string, string>>;

/** What a refusal says besides its status. */
export interface SipRejectOptions {
  /**
   * The reason phrase.
   * @default the usual one for the status
   */
  readonly reason?: string;
  /**
   * Further fields, such as `{ "Retry-After": "5" }`.
   * @default {}
   */
  readonly headers?: ExtraHeaders;
}

/** What a BYE or CANCEL says besides its method. */
export interface SipHangupOptions {
  /**
   * The status an incoming call that is still unanswered is refused with.
   * @default 480
   */
  readonly status?: number;
  /**
   * The value of a Reason field (RFC 3326), such as `Q.850;cause=16;text="done"`.
   * @default no such field
   */
  readonly reason?: string;
}

/** How a REFER of ours is followed. */
export interface SipReferOptions {
  /** Called with each status the peer reports by NOTIFY. */
  readonly onProgress?: (status: number, reason: string) => void;
  /**
   * Milliseconds until the reports must have come to an end.
   * @default 60000
   */
  readonly timeoutMs?: number;
}

/**
 * One call, incoming or outgoing.
 *
 * SDP is opaque bytes here; whoever holds the call negotiates. A method that does not fit the state
 * of the call (an answer after the caller gave up) sends nothing and returns false, or the status 481
 * where it gives a promise, because the peer may change the state at any moment.
 */
export interface SipCall {
  /** The Call-ID. */
  readonly id: string;
  /** Whether the INVITE came in or went out. */
  readonly direction: "in" | "out";
  /** How far it has come. */
  readonly state: SipCallState;
  /** The INVITE that made the call. Its headers tell, for example, X-Sofia-Channel. */
  readonly request: SipRequest;
  /** The 2xx that answered a call of ours, with its fields; undefined for one that came in. */
  readonly response: SipResponse | undefined;
  /** The caller. */
  readonly from: SipParty;
  /** The called. */
  readonly to: SipParty;
  /** The user of the Request-URI, with percent signs decoded: the number that was dialled. */
  readonly requestUser: string;
  /** Where the peer's messages come from. */
  readonly remote: SipEndpoint;
  /**
   * The last session description of the peer, offer or answer; undefined while there is none, as in
   * an INVITE without one (a late offer).
   */
  readonly remoteSdp: Uint8Array | undefined;
  /** Who is told what happens. Set it before `onInvite` returns. */
  handlers: SipCallHandlers;

  /** Says that the phone rings: 180. Incoming calls only. */
  ring(): boolean;
  /** Opens early media: 183 with a session description. Incoming calls only. */
  progress(sdp: Uint8Array): boolean;
  /**
   * Accepts the call: 200 with our answer, or with our offer when the INVITE had none; the peer's
   * answer then comes by `onAnswer`. Incoming calls only.
   */
  answer(sdp: Uint8Array, headers?: ExtraHeaders): boolean;
  /**
   * Refuses an incoming call.
   *
   * @param status 300-699
   * @throws {RangeError} for a status that is not a refusal
   */
  reject(status: number, options?: SipRejectOptions): boolean;
  /**
   * Ends the call with whatever its state asks for: BYE, CANCEL or a refusal. `onEnded` is called
   * before it returns. The promise resolves, and never rejects, when the peer has confirmed the end
   * or has stayed silent for too long.
   */
  hangup(options?: SipHangupOptions): Promise<void>;
  /**
   * Sends an INFO and resolves with the status of the answer; 481 when the call is not up.
   *
   * @param contentType such as `application/dtmf-relay`
   */
  info(contentType: string, body: Uint8Array): Promise<number>;
  /**
   * Asks by an OPTIONS within the call whether the peer is still there. If it stays silent or knows
   * nothing of the call, that ends with the cause `timeout`; else nothing happens.
   */
  probe(): void;
  /**
   * Offers a changed session (hold, resume, another address) by re-INVITE and resolves with the
   * peer's answer. Two offers that cross (491) are untangled by waiting, as RFC 3261 section 14.1
   * says.
   *
   * @throws {SipStatusError} when the peer refuses, and the session stays as it was; 481 when the
   * call is not answered yet, or over
   */
  reinvite(sdp: Uint8Array): Promise<Uint8Array>;
  /**
   * Asks the peer to call somebody else (blind transfer) and resolves with the final status it
   * reports. The call itself goes on until somebody hangs up.
   *
   * @param target a SIP URI
   * @throws {SipStatusError} when the peer refuses to try; 481 when the call is not up
   */
  refer(target: string, options?: SipReferOptions): Promise<number>;
}
