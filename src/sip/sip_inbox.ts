/** Where the transports put what they read. */

import type { SipMessage } from "./message.ts";
import type { SipFault } from "./sip_fault.ts";
import type { SipFlow } from "./sip_flow.ts";

/** Takes what comes from the network. Nothing here throws. */
export interface SipInbox {
  /** A message came; answers to it go to `flow`. */
  onMessage(message: SipMessage, flow: SipFlow): void;
  /** Bytes came that are no message. */
  onFault(fault: SipFault, flow: SipFlow): void;
}
