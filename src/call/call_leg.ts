/** What a call needs of its signalling. */

import type { MediaLine } from "../media/mod.ts";
import type { SipCall } from "../sip/mod.ts";

/**
 * One call's messages: a {@link SipCall} that came in, one of ours from before its answer, or one that
 * came by another door, whose sound has a line of its own.
 */
export type CallLeg =
  & { readonly line?: MediaLine }
  & Pick<
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
