/** What a phone tells of the sessions of its calls. */

import type { StoredCall } from "./stored_call.ts";

/** Something that happened to a session. */
export type SessionEvent =
  /** A call that was cut off goes on here, for the so manieth time. */
  | { readonly type: "resumed"; readonly times: number }
  /**
   * A call named a session that is not proven to be its own: it is a new call under the name of its
   * dialog, and knows nothing of that session.
   */
  | { readonly type: "disbelieved"; readonly claimed: string; readonly remoteAddress: string }
  /** Another process has taken the call on, while it was ours. */
  | { readonly type: "taken" }
  /** A call that was cut off did not come back in time: this is the last that is known of it. */
  | { readonly type: "lost"; readonly stored: StoredCall }
  /** FreeSWITCH was told to bring back a caller who waited for us. */
  | { readonly type: "fetched"; readonly channel: string }
  /** A call went beyond a limit and is ended. */
  | { readonly type: "limit"; readonly limit: "maxCallMs" | "idleMs" }
  /**
   * One side had a call that the other does not know: `here`, and we have ended it, or at `freeswitch`,
   * which was told to end its leg.
   */
  | { readonly type: "zombie"; readonly where: "here" | "freeswitch"; readonly channel: string }
  /** The store fails or takes long: calls go on, and are not found again if this process dies. */
  | { readonly type: "trouble"; readonly error: unknown }
  /** The store works again, and has all calls. */
  | { readonly type: "recovered" }
  /** A file of the store was no call and was set aside. */
  | { readonly type: "aside"; readonly path: string; readonly error: unknown };

/** What became of sessions. */
export interface SessionCounters {
  /** Calls that went on here after they were cut off. */
  resumed: number;
  /** Calls that named a session which is not theirs. */
  disbelieved: number;
  /** Calls of ours that another process has taken on. */
  taken: number;
  /** Calls that were cut off and did not come back. */
  lost: number;
  /** Callers that FreeSWITCH was told to bring back. */
  fetched: number;
  /** Calls that were ended by a limit. */
  limited: number;
  /** Calls that only one side knew. */
  zombies: number;
}
