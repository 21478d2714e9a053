/** Where calls are stored. */

import type { StoredCall } from "./stored_call.ts";

/**
 * Keeps what is known of calls beyond the life of a process. Several processes may share one.
 *
 * Whoever takes a call on claims it with the next {@link StoredCall.epoch}. That works for one only, and
 * from then on the one before cannot write it any more: a process that is slow to die does not put its
 * old state over the new one. All methods may reject, and calls go on without them.
 */
export interface CallStore {
  /** What was written last of a call, with the highest epoch; undefined if there is nothing. */
  get(id: string): Promise<StoredCall | undefined>;
  /**
   * Takes on a call that nobody has in this epoch or a later one: a new one, or one after another
   * process. Resolves with whether it was the first to do so.
   */
  claim(call: StoredCall): Promise<boolean>;
  /**
   * Writes a call anew: after a crash there is all of it, or what was there before. Resolves with false,
   * and nothing is written, when it is not claimed in that epoch, or was since by another.
   */
  put(call: StoredCall): Promise<boolean>;
  /** Forgets a call, whoever has it. */
  delete(id: string): Promise<void>;
  /** All calls there are. */
  list(): AsyncIterable<StoredCall>;
}
