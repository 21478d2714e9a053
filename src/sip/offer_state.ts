/** Who is changing the session right now, so that two changes never cross. */

import type { CallCore } from "./call_core.ts";
import type { Dialog } from "./dialog.ts";
import type { DialogClient } from "./dialog_client.ts";
import type { ServerRequest } from "./server_request.ts";
import type { SessionTimer } from "./session_timer.ts";
import type { SipCallHandlers } from "./sip_call_handlers.ts";

/** What the two directions of offers share within a session. */
export interface OfferState {
  readonly core: CallCore;
  readonly dialog: Dialog;
  readonly client: DialogClient;
  readonly timer: SessionTimer;
  readonly handlers: SipCallHandlers;
  /** True once an answer was sent or received. */
  readonly isAnswered: () => boolean;
  /** True when the peer has said that it takes UPDATE. */
  peerTakesUpdate: boolean;
  /** Our last session description. */
  localSdp: Uint8Array | undefined;
  /** The peer's last session description. */
  remoteSdp: Uint8Array | undefined;
  /** The request of ours that waits for its answer. */
  outgoing: "INVITE" | "UPDATE" | undefined;
  /** The re-INVITE or UPDATE of the peer that we have not answered yet. */
  incoming: ServerRequest | undefined;
  /** Answers of ours that wait for their ACK. */
  unacknowledged: number;
  /** Called when one of the three above has come to an end. */
  onFree: () => void;
  /** The peer is gone: 408 or 481 for a request of ours, or an ACK that never came. */
  onLost: (status: number) => void;
}

/** True when nobody is changing the session. */
export function isFree(state: OfferState): boolean {
  return state.outgoing === undefined && state.incoming === undefined &&
    state.unacknowledged === 0;
}
