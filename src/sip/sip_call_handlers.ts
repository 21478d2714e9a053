/** What the holder of a call is told about it. */

import type { SipCallEnd } from "./sip_call.ts";
import type { SipRefer } from "./sip_refer.ts";
import type { SipResponse } from "./message.ts";

/** A refused offer. */
export interface OfferRefusal {
  /** 400-699: 488 when no codec is common. */
  readonly status: number;
  /**
   * The reason phrase.
   * @default the usual one for the status
   */
  readonly reason?: string;
}

/** The reply to an offer: our answer as SDP, or a refusal. */
export type OfferReply = Uint8Array | OfferRefusal;

/** Functions that are called as a call proceeds. All are optional, none is called after `onEnded`. */
export interface SipCallHandlers {
  /** An outgoing call hears 101-199, perhaps with early media. */
  readonly onProgress?: (response: SipResponse, sdp: Uint8Array | undefined) => void;
  /** The ACK of our 200 came: both sides know that the call is on. Incoming calls only. */
  readonly onConfirmed?: () => void;
  /**
   * An answer to an offer of ours came: in an ACK, as the peer had sent an INVITE without offer, or
   * in the 200 to a re-INVITE that repeated our last description to keep the session alive. The
   * latter is told only if it differs from the peer's last description.
   */
  readonly onAnswer?: (sdp: Uint8Array) => void;
  /**
   * The peer offers a session: by re-INVITE or UPDATE (hold, resume, another address), or in the 200
   * to an INVITE of ours that had no offer. An undefined offer asks for ours; the answer to it comes
   * by `onAnswer`. Without this handler an offer equal to the last one is answered with our last
   * description, any other with 488.
   */
  readonly onOffer?: (offer: Uint8Array | undefined) => OfferReply | Promise<OfferReply>;
  /**
   * A key was pressed, by INFO.
   *
   * @param digit one of `0-9*#A-D`
   * @param durationMs how long it was held; 160 when the peer does not say
   */
  readonly onDtmf?: (digit: string, durationMs: number) => void;
  /** Another INFO came; it has been answered with 200. */
  readonly onInfo?: (contentType: string, body: Uint8Array) => void;
  /** The peer wants us to call somebody else. True accepts (202), false declines (603). */
  readonly onRefer?: (refer: SipRefer) => boolean;
  /** The call is over. Called exactly once. */
  readonly onEnded?: (end: SipCallEnd) => void;
}
