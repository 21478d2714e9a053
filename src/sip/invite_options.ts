/** What an outgoing call needs. */

import type { DigestCredentials } from "./digest_client.ts";
import type { ExtraHeaders } from "./sip_call.ts";
import type { SipCallHandlers } from "./sip_call_handlers.ts";
import type { SipTransport } from "./sip_endpoint.ts";

/** Options of {@linkcode SipUserAgent.invite}. */
export interface InviteOptions {
  /** Whom to call: `sip:1001@10.0.0.1:5060`, with `;transport=tcp` if wanted. */
  readonly target: string;
  /**
   * Our offer. Without it the peer offers in its 200, and `handlers.onOffer` gives our answer.
   * @default no offer
   */
  readonly sdp?: Uint8Array;
  /**
   * The Call-ID, which names the call to both sides and must not be guessable or used before.
   * @default a new one
   */
  readonly callId?: string;
  /**
   * Who calls: a URI, or a name and a URI as in `"Sofia" <sip:agent@10.0.0.2>`.
   * @default the address of the user agent
   */
  readonly from?: string;
  /**
   * Further fields.
   * @default {}
   */
  readonly headers?: ExtraHeaders;
  /**
   * Answers a 401 or 407 of exactly this realm.
   * @default none: a challenge is a refusal
   */
  readonly auth?: DigestCredentials;
  /**
   * Gives up (CANCEL) when it aborts before the answer; no effect afterwards.
   * @default never
   */
  readonly signal?: AbortSignal;
  /**
   * Where to send instead of the target's own address: a proxy such as `sip:10.0.0.9`.
   * @default the target
   */
  readonly proxy?: string;
  /**
   * Used where the URI does not say.
   * @default "udp"
   */
  readonly transport?: SipTransport;
  /**
   * Milliseconds it may ring before we give up.
   * @default 180000
   */
  readonly ringTimeoutMs?: number;
  /**
   * Who is told what happens, from the first provisional response on.
   * @default {}
   */
  readonly handlers?: SipCallHandlers;
}
