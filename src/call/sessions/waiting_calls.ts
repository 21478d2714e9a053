/** Calls that no process has, as far as we know, and that may come back. */

import type { CallStore } from "./call_store.ts";
import type { StoredCall } from "./stored_call.ts";

/** What {@link WaitingCalls} need. */
export interface WaitingCallsOptions {
  /** Where they are. */
  readonly store: CallStore;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** How long they are waited for, in ms. */
  readonly resumeWithinMs: number;
  /** How long calls that are over are kept, in ms. */
  readonly keepEndedMs: number;
  /** One did not come back. */
  readonly onLost: (stored: StoredCall) => void;
}

/**
 * Knows the calls in the store that are not ours: those that were cut off, those that another process
 * has, and those that are over. Each is looked at again when its time has come, and by then may be any.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FileStore, WaitingCalls } from "@sofia/phone/call";
 *
 * const waiting = new WaitingCalls({
 *   ...{ store: new FileStore("/tmp/no-calls"), wallClock: () => 0 },
 *   ...{ resumeWithinMs: 300_000, keepEndedMs: 0, onLost: () => {} },
 * });
 * waiting.add({ id: "7f3a", isLive: true, updatedAt: 0 });
 * assert.deepEqual(waiting.ids, ["7f3a"]);
 * ```
 */
export class WaitingCalls {
  readonly #options: WaitingCallsOptions;
  /** When each is looked at again, in ms since 1970. */
  readonly #dueAt = new Map<string, number>();
  /** Those that may come back. */
  readonly #live = new Set<string>();

  /** Knows none. */
  constructor(options: WaitingCallsOptions) {
    this.#options = options;
  }

  /** The sessions of those that may come back. */
  get ids(): readonly string[] {
    return [...this.#live];
  }

  /** Finds what earlier processes left. */
  async read(): Promise<void> {
    for await (const call of this.#options.store.list()) this.add(call);
  }

  /** A call that is not ours, or not any more. */
  add({ id, isLive, updatedAt }: Pick<StoredCall, "id" | "isLive" | "updatedAt">): void {
    const { resumeWithinMs, keepEndedMs } = this.#options;
    this.#dueAt.set(id, updatedAt + (isLive ? resumeWithinMs : keepEndedMs));
    if (isLive) this.#live.add(id);
    else this.#live.delete(id);
  }

  /** It is ours now. */
  remove(id: string): void {
    this.#dueAt.delete(id);
    this.#live.delete(id);
  }

  /** Looks at those whose time has come. */
  async expire(): Promise<void> {
    const now = this.#options.wallClock();
    const due = [...this.#dueAt].filter(([, at]) => at <= now).map(([id]) => id);
    for (const id of due) await this.look(id, (call) => this.#isDue(call));
  }

  /** Looks at one; forgets it, and tells it as lost if it was live, if `isGone` says so. */
  async look(id: string, isGone: (call: StoredCall) => boolean): Promise<void> {
    const { store, onLost } = this.#options;
    const call = await store.get(id);
    // Somebody else was here first, or it has come back to us meanwhile.
    if (call === undefined || !this.#dueAt.has(id)) return this.remove(id);
    if (!isGone(call)) return this.add(call);
    this.remove(id);
    await store.delete(id);
    if (call.isLive) onLost(call);
  }

  #isDue({ isLive, updatedAt }: StoredCall): boolean {
    const { wallClock, resumeWithinMs, keepEndedMs } = this.#options;
    return updatedAt + (isLive ? resumeWithinMs : keepEndedMs) <= wallClock();
  }
}
