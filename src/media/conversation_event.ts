/** What happens in a conversation, for those who watch it. */

import type { BackendEvent } from "../backend/mod.ts";
import type { TurnEvent } from "../turn/mod.ts";

/** Something that happened in a conversation: in the stage of the backend, or between the voices. */
export type ConversationEvent = {
  /** When, in ms of the clock. */
  readonly at: number;
  /** The caller's turn it belongs to; 0 before the first. */
  readonly turn: number;
} & (BackendEvent | TurnEvent);
