/** What happens between a caller and a backend, for those who watch. */

import type { Step, StepEvent } from "./voice_backend.ts";

/**
 * What failed: a step, a `prompt` (what `onCallStart`, `onNoInput` or `onDtmf` returned is said), or the
 * `first-audio` of an answer, that did not come in time.
 */
export type FailedStep = Step | "prompt" | "first-audio";

/** What the stage of a backend tells of. */
export type BackendEvent =
  /** The caller began to speak: `onsetMs` before that was certain, as the detector of voices sees it. */
  | { readonly type: "turn-begin"; readonly onsetMs?: number }
  /**
   * The caller's turn is over; `durationMs` is its length, with the silence that ended it. For the last
   * `silenceMs` of it the detector of voices has heard none.
   */
  | { readonly type: "turn-end"; readonly durationMs: number; readonly silenceMs?: number }
  /** What was understood so far of a turn under way. */
  | { readonly type: "partial"; readonly text: string }
  /** What the caller said in its turn. */
  | { readonly type: "transcript"; readonly text: string }
  /** The first of the model's words came. */
  | { readonly type: "first-token" }
  /** The first sound of the agent is made: `latencyMs` after the end of the caller's turn. */
  | { readonly type: "first-audio"; readonly latencyMs: number }
  /** The first packet of that sound has left the socket, at the time `at`. */
  | { readonly type: "first-packet"; readonly at: number }
  /** All of what the agent had to say is made. */
  | { readonly type: "reply-end"; readonly text: string }
  /**
   * The agent's reply is over, and the last packet of it has left the socket, at the time `at`; with how
   * much of it the caller was sent, in ms: 0 where there was nothing to say.
   */
  | { readonly type: "played"; readonly at: number; readonly heardMs: number }
  /** The caller had said nothing after all: the agent goes on where it was interrupted. */
  | { readonly type: "resume"; readonly text: string }
  /** The caller spoke over the agent, from `voiceAt` on in ms of the clock; without it, it was a key. */
  | {
    readonly type: "interrupt";
    readonly heard: string;
    readonly unheard: string;
    readonly voiceAt?: number;
  }
  /**
   * The agent, interrupted by a voice that it was heard over, is silent: the last packet with its sound
   * left the socket `bargeInMs` after the voice began.
   */
  | { readonly type: "silent"; readonly bargeInMs: number }
  /** An answer is prepared before the caller's turn is over. */
  | { readonly type: "speculate" }
  /** The caller went on, and the answer that was prepared is thrown away. */
  | { readonly type: "speculation-lost" }
  /** The caller has been silent for long. */
  | { readonly type: "no-input"; readonly count: number; readonly isLineDead: boolean }
  /** The answer takes so long that the caller is told to wait. */
  | { readonly type: "filler" }
  /** A step failed for good in this turn. */
  | { readonly type: "failure"; readonly step: FailedStep; readonly error: unknown }
  /** The caller is told that something went wrong. */
  | { readonly type: "apology" }
  /** A stage that was stuck or deaf was made anew. */
  | { readonly type: "restart"; readonly stage: string; readonly error: unknown }
  /** The agent ends the conversation, and why. */
  | { readonly type: "leave"; readonly reason: "no-input" | "dead-line" | "failures" }
  | StepEvent;
