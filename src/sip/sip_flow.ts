/** A path to a peer, RFC 5626's word for a UDP source and destination or a TCP connection. */

import type { SipEndpoint } from "./sip_endpoint.ts";

/** A way on which messages go to one peer. */
export interface SipFlow {
  readonly remote: SipEndpoint;
  /** True when nothing is lost on the way, so that nothing needs to be sent again to be sure (TCP). */
  readonly reliable: boolean;
  /** False once nothing can be sent any more. UDP is always up. */
  readonly isUp: boolean;
  /** Sends one message. False when the flow is down. `data` is not written to any more. */
  send(data: Uint8Array): boolean;
  /**
   * Keeps the flow from being closed as idle, and tells when it goes down.
   *
   * @returns a function that ends the watch
   */
  watch(onDown: () => void): () => void;
}
