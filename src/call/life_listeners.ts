/** Who is told what one call goes through. */

import type { ConversationEvent } from "../media/mod.ts";
import type { AnsweredBy, LeftMessage } from "./amd/machine_options.ts";
import type { Call } from "./call.ts";
import type { CallListeners } from "./call_events.ts";
import type { KeyPress } from "./keys/mod.ts";
import type { Recordings } from "./recording/mod.ts";

/** Who is told what a call goes through. */
export interface LifeListeners {
  /** It is live. */
  readonly onAnswered: () => void;
  /** A key was pressed. */
  readonly onDtmf: (press: KeyPress) => void;
  /** Something happened in the conversation. */
  readonly onConversation: (event: ConversationEvent) => void;
  /** It is known who has answered. */
  readonly onAnsweredBy: (answeredBy: AnsweredBy) => void;
  /** A message was left, or could not be. */
  readonly onMessage: (message: LeftMessage) => void;
  /** The backend is told of the end: resolves, and never rejects, when it has done with it. */
  readonly onFarewell: (farewell: Promise<void>) => void;
  /** Something failed that it survives. */
  readonly onError: (error: unknown) => void;
}

/** Nobody, but of failures. */
export const NOBODY: Omit<LifeListeners, "onError"> = {
  onAnswered: () => {},
  onAnsweredBy: () => {},
  onMessage: () => {},
  onDtmf: () => {},
  onConversation: () => {},
  onFarewell: () => {},
};

/** Has what `call` goes through told to those who listen to all calls, and first to what records it. */
export function lifeListeners(
  call: Call,
  { listeners, recordings }: {
    readonly listeners: CallListeners;
    readonly recordings: Recordings | undefined;
  },
): LifeListeners {
  return {
    onAnswered: () => {
      recordings?.answered(call);
      listeners.onAnswered(call);
    },
    onDtmf: (press) => listeners.onDtmf(call, press),
    onConversation: (event) => listeners.onConversation(call, event),
    onAnsweredBy: (answeredBy) => listeners.onAnsweredBy(call, answeredBy),
    onMessage: (message) => listeners.onMessage(call, message),
    onFarewell: (farewell) => listeners.onFarewell(call, farewell),
    onError: (error) => listeners.onError(call, error),
  };
}
