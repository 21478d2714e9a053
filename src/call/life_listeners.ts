/** Who is told what one call goes through. */

import type { ConversationEvent } from "../media/mod.ts";
import type { AnsweredBy, LeftMessage } from "./amd/machine_options.ts";
import type { KeyPress } from "./keys/mod.ts";

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
