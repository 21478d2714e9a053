/** What is told of a call. */

import type { TransferTarget } from "../backend/mod.ts";
import type { ConversationEvent } from "../media/mod.ts";
import type { SipCallEnd } from "../sip/mod.ts";
import type { AnsweredBy, LeftMessage } from "./amd/machine_options.ts";
import type { Call } from "./call.ts";
import type { KeyPress } from "./keys/mod.ts";

/** How far a call has come: `arriving` and `calling` are those that come in or go out, unanswered. */
export type CallState = "arriving" | "calling" | "live" | "ended";

/** How a call ended. */
export interface CallEnd extends SipCallEnd {
  /** What failed on our side, if that is why it ended. */
  readonly error?: unknown;
  /** From the answer to the end, in ms; 0 if it was never answered. */
  readonly durationMs: number;
  /** To whom the caller went, if it was transferred; `park` if it was parked. */
  readonly transferredTo?: TransferTarget;
}

/** Who is told what happens to a call. */
export interface CallListeners {
  /** The call is live. */
  readonly onAnswered: (call: Call) => void;
  /** A key was pressed. */
  readonly onDtmf: (call: Call, press: KeyPress) => void;
  /** Something happened in the conversation. */
  readonly onConversation: (call: Call, event: ConversationEvent) => void;
  /** It is known who has answered a call of ours. */
  readonly onAnsweredBy: (call: Call, answeredBy: AnsweredBy) => void;
  /** A message was left on a machine, or could not be. */
  readonly onMessage: (call: Call, message: LeftMessage) => void;
  /** The backend is told that the call is over: resolves, and never rejects, when it has done with it. */
  readonly onFarewell: (call: Call, farewell: Promise<void>) => void;
  /** Something failed that the call survives. */
  readonly onError: (call: Call, error: unknown) => void;
}
