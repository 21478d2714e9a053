/** SIP messages, RFC 3261 section 7, as plain data. */

import type { SipHeaders } from "./sip_headers.ts";

/** A SIP request. */
export interface SipRequest {
  /** The method in capitals: `INVITE`. */
  readonly method: string;
  /** The Request-URI as it was written. */
  readonly uri: string;
  /** The header fields in order. */
  readonly headers: SipHeaders;
  /** The body; empty when there is none. */
  readonly body: Uint8Array;
}

/** A SIP response. */
export interface SipResponse {
  /** 100-699. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** The header fields in order. */
  readonly headers: SipHeaders;
  /** The body; empty when there is none. */
  readonly body: Uint8Array;
}

/** Either of the two: a request has a `method`, a response a `status`. */
export type SipMessage = SipRequest | SipResponse;
