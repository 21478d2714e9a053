/** A call that goes on after it was cut off from us. */

import type { HistoryEntry } from "./voice_backend.ts";

/** What one side said before a call was cut off. */
export interface ResumedEntry extends HistoryEntry {
  /** When that was known, in ms since 1970; undefined if nobody has written it down. */
  readonly at?: number;
}

/** What is known of a call that is taken on again, as a rule by another process. */
export interface ResumedCall {
  /** How often it was cut off: 1 the first time. */
  readonly times: number;
  /** When it was first answered, in ms since 1970. */
  readonly startedAt: number;
  /** What was said and heard before; what the agent was saying then is its last words. */
  readonly history: readonly ResumedEntry[];
  /** What the agent was saying when it was cut off; undefined if it was silent. */
  readonly saying?: { readonly heard: string; readonly unheard: string };
}
