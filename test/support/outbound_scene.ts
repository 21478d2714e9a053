/** A user agent under test that calls somebody. */

import type {
  InviteOptions,
  SipCall,
  SipCallEnd,
  SipStatusError,
  SipUserAgentOptions,
} from "../../src/sip/mod.ts";
import { sdpBytes } from "./sip_peer.ts";
import { type Sent, SipWire } from "./sip_wire.ts";

/** Whom it calls. */
export const TARGET = "sip:1001@192.0.2.20";
/** Where the called says it is. */
export const CONTACT = "Contact: <sip:1001@192.0.2.20:5060>";

/** Who is there. */
export interface OutboundScene {
  readonly wire: SipWire;
  readonly invite: Sent;
  readonly outcome: Promise<SipCall | SipStatusError>;
  /** How calls have ended. */
  readonly ends: SipCallEnd[];
}

/** An INVITE that has just gone out. */
export async function outboundScene(
  changes: Partial<InviteOptions> = {},
  options: SipUserAgentOptions = {},
): Promise<OutboundScene> {
  const ends: SipCallEnd[] = [];
  const wire = await SipWire.open(options);
  const outcome = wire.agent.invite({
    target: TARGET,
    sdp: sdpBytes("offer"),
    ...changes,
    handlers: { ...changes.handlers, onEnded: (end) => ends.push(end) },
  }).catch((error) => error);
  const [invite] = await wire.pass(0);
  return { wire, invite, outcome, ends };
}
