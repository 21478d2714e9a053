/** What happens in a conversation, for those who watch it. */

import type { Step, StepEvent } from "./voice_backend.ts";

/** Something that happened in a conversation. */
export type ConversationEvent = {
  /** When, in ms of the clock. */
  readonly at: number;
  /** The caller's turn it belongs to; 0 before the first. */
  readonly turn: number;
} & ConversationEventKind;

/** What kinds of things happen in a conversation. */
export type ConversationEventKind =
  /** The caller began to speak. */
  | { readonly type: "turn-begin" }
  /** The caller's turn is over; `durationMs` is its length, with the silence that ended it. */
  | { readonly type: "turn-end"; readonly durationMs: number }
  /** What was understood so far of a turn under way. */
  | { readonly type: "partial"; readonly text: string }
  /** What the caller said in its turn. */
  | { readonly type: "transcript"; readonly text: string }
  /** The first of the model's words came. */
  | { readonly type: "first-token" }
  /** The first sound of the agent is made: `latencyMs` after the end of the caller's turn. */
  | { readonly type: "first-audio"; readonly latencyMs: number }
  /** All of what the agent had to say is made. */
  | { readonly type: "reply-end"; readonly text: string }
  /** The agent's voice was lowered, as the caller may have begun to speak. */
  | { readonly type: "duck" }
  /** It was nothing: the agent's voice is as loud as before. */
  | { readonly type: "restore" }
  /**
   * What was heard over the agent began no turn: it was `short`, its `words` only showed that the
   * caller listens, or it was the `echo` of the agent; `voiceMs` is how much of it there was.
   */
  | {
    readonly type: "false-alarm";
    readonly reason: "short" | "words" | "echo";
    readonly voiceMs: number;
  }
  /** What predicts the end of a turn failed or was late: the usual silence counted. */
  | { readonly type: "predictor-failed"; readonly error: unknown }
  /** The caller had said nothing after all: the agent goes on where it was interrupted. */
  | { readonly type: "resume"; readonly text: string }
  /** The caller spoke over the agent. */
  | { readonly type: "interrupt"; readonly heard: string; readonly unheard: string }
  /** An answer is prepared before the caller's turn is over. */
  | { readonly type: "speculate" }
  /** The caller went on, and the answer that was prepared is thrown away. */
  | { readonly type: "speculation-lost" }
  /** The caller has been silent for long. */
  | { readonly type: "no-input"; readonly count: number; readonly isLineDead: boolean }
  /** The answer takes so long that the caller is told to wait. */
  | { readonly type: "filler" }
  /** A step failed for good in this turn. `apology` says whether the caller is told. */
  | { readonly type: "failure"; readonly step: Step | "first-audio"; readonly error: unknown }
  /** The caller is told that something went wrong. */
  | { readonly type: "apology" }
  /** A stage that was stuck or deaf was made anew. */
  | { readonly type: "restart"; readonly stage: string; readonly error: unknown }
  /** The agent ends the conversation, and why. */
  | { readonly type: "leave"; readonly reason: "no-input" | "dead-line" | "failures" }
  | StepEvent;
