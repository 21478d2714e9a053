/** A call that we made, from its answer on. */

import { BaseCall } from "./base_call.ts";
import type { CallCore } from "./call_core.ts";
import type { SipRequest, SipResponse } from "./message.ts";
import type { Session } from "./session.ts";
import type { SipCallHandlers } from "./sip_call_handlers.ts";
import type { SipEndpoint } from "./sip_endpoint.ts";

/** What an outgoing call starts with. */
export interface OutboundCallStart {
  readonly session: Session;
  readonly response: SipResponse;
  readonly remote: SipEndpoint;
  readonly handlers: SipCallHandlers;
  readonly onEnded: (call: BaseCall) => void;
}

/** An outgoing call that was answered. */
export class OutboundCall extends BaseCall {
  readonly direction = "out";
  readonly session: Session;
  override readonly response: SipResponse;

  constructor(core: CallCore, request: SipRequest, start: OutboundCallStart) {
    super(core, request, start);
    this.session = start.session;
    this.response = start.response;
    this.handlers = start.handlers;
  }
}
