/** A user agent under test and its caller. */

import type { SipCall, SipCallEnd, SipCallHandlers } from "../../src/sip/mod.ts";
import { sdpBytes, SipPeer } from "./sip_peer.ts";
import { SipWire } from "./sip_wire.ts";

/** Who is there. */
export interface InboundScene {
  readonly wire: SipWire;
  readonly peer: SipPeer;
  /** How calls have ended. */
  readonly ends: SipCallEnd[];
  /** The first call. */
  readonly call: () => SipCall;
}

/** A wire, a caller who has not called yet, and a user agent that does `onInvite` with the call. */
export async function inboundScene(
  onInvite: (call: SipCall) => void,
  handlers: SipCallHandlers = {},
): Promise<InboundScene> {
  const ends: SipCallEnd[] = [];
  const calls: SipCall[] = [];
  const wire = await SipWire.open({
    onInvite: (call) => {
      calls.push(call);
      call.handlers = { ...handlers, onEnded: (end) => ends.push(end) };
      onInvite(call);
    },
  });
  return { wire, peer: new SipPeer(wire), ends, call: () => calls[0] };
}

/** Answers at once. */
export function answer(call: SipCall): void {
  call.answer(sdpBytes("answer"));
}

/** Only rings. */
export function ring(call: SipCall): void {
  call.ring();
}
