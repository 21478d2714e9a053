/** What a call needs of its signalling. */

import type { SipCall } from "../sip/mod.ts";

/** One call's messages: a {@link SipCall} that came in, or one of ours from before its answer. */
export type CallLeg = Pick<
  SipCall,
  | "id"
  | "direction"
  | "state"
  | "remoteSdp"
  | "response"
  | "handlers"
  | "ring"
  | "progress"
  | "answer"
  | "reject"
  | "hangup"
  | "info"
  | "probe"
  | "reinvite"
  | "refer"
>;
