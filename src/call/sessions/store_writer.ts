/** The way from calls to their store: never in the way of a call. */

import { type Clock, type Timer, within } from "../../clock/mod.ts";
import type { CallStore } from "./call_store.ts";
import type { StoredCall } from "./stored_call.ts";

/** Writes that are under way at once: a runtime has four threads for all files. */
const WIDTH = 2;
/** The first and the longest wait after a write that failed, in ms. */
const MIN_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;
/** A write that takes longer than that is told, in ms. */
const SLOW_MS = 5000;

/** Something that is written again whenever it has changed. */
export interface Writable {
  /** How it is now. */
  snapshot(): StoredCall;
  /** Whether this process has it in the store already; else it is claimed. */
  isClaimed: boolean;
  /** Another process has it now. */
  onTaken(): void;
  /** It was written, as it was at the last {@link snapshot}. */
  onWritten(): void;
}

/** What {@link StoreWriter} needs. */
export interface StoreWriterOptions {
  /** Time. */
  readonly clock: Clock;
  /** Where to write. */
  readonly store: CallStore;
  /** The store fails, or takes long; told once until it works again. */
  readonly onTrouble: (error: unknown) => void;
  /** It works again, and has all that there is. */
  readonly onRecovered: () => void;
}

/** What became of the writes. */
export interface StoreCounters {
  /** Writes that the store has. */
  written: number;
  /** Writes that failed; each was tried again. */
  failed: number;
  /** Changes that went out with a later one. */
  coalesced: number;
}

/**
 * Writes calls as they change. While one write of a call is under way all its changes wait for the next,
 * so that a slow store gets fewer writes and not a longer queue; what fails is written later, as it is
 * then. Nobody waits for any of it.
 */
export class StoreWriter {
  /** What became of the writes. */
  readonly counters: StoreCounters = { written: 0, failed: 0, coalesced: 0 };
  readonly #options: StoreWriterOptions;
  readonly #changed = new Set<Writable>();
  readonly #running = new Set<Writable>();
  readonly #idle: (() => void)[] = [];
  #wait: Timer | undefined;
  #waitMs = MIN_WAIT_MS;
  #isTroubled = false;
  #isStopped = false;

  /** Nothing to write yet. */
  constructor(options: StoreWriterOptions) {
    this.#options = options;
  }

  /** Something has changed: it is written soon. */
  changed(what: Writable): void {
    if (this.#isStopped) return;
    if (this.#changed.has(what)) this.counters.coalesced++;
    this.#changed.add(what);
    // Not at once: what changes now may change more.
    queueMicrotask(() => this.#run());
  }

  /** Resolves when all is written, or after `limitMs` ms: whether all is. */
  async flush(limitMs: number): Promise<boolean> {
    this.#wait?.cancel();
    this.#wait = undefined;
    this.#run();
    if (this.#isIdle) return true;
    return await within(
      this.#options.clock,
      new Promise<void>((resolve) => this.#idle.push(resolve)),
      limitMs,
    );
  }

  /** Tries nothing again. */
  stop(): void {
    this.#isStopped = true;
    this.#changed.clear();
    this.#wait?.cancel();
    this.#wait = undefined;
  }

  get #isIdle(): boolean {
    return this.#changed.size === 0 && this.#running.size === 0;
  }

  #run(): void {
    for (const what of this.#changed) {
      if (this.#running.size >= WIDTH || this.#wait !== undefined) return;
      if (this.#running.has(what)) continue;
      this.#changed.delete(what);
      this.#running.add(what);
      void this.#write(what);
    }
  }

  async #write(what: Writable): Promise<void> {
    const { clock, store } = this.#options;
    const slow = clock.setTimer(
      () =>
        this.#trouble(new DOMException(`A write takes longer than ${SLOW_MS} ms`, "TimeoutError")),
      SLOW_MS,
    );
    try {
      const call = what.snapshot();
      const isOurs = what.isClaimed ? await store.put(call) : await store.claim(call);
      this.counters.written++;
      what.isClaimed = true;
      if (isOurs) what.onWritten();
      else what.onTaken();
      this.#waitMs = MIN_WAIT_MS;
      this.#recover();
    } catch (error) {
      this.counters.failed++;
      this.#trouble(error);
      if (!this.#isStopped) {
        this.#changed.add(what);
        this.#later();
      }
    } finally {
      slow.cancel();
      this.#running.delete(what);
    }
    this.#run();
    if (this.#isIdle) { for (const wake of this.#idle.splice(0)) wake(); }
  }

  #later(): void {
    if (this.#wait !== undefined) return;
    this.#wait = this.#options.clock.setTimer(() => {
      this.#wait = undefined;
      this.#run();
    }, this.#waitMs);
    this.#waitMs = Math.min(2 * this.#waitMs, MAX_WAIT_MS);
  }

  #trouble(error: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    this.#options.onTrouble(error);
  }

  #recover(): void {
    if (!this.#isTroubled || this.#changed.size > 0) return;
    this.#isTroubled = false;
    this.#options.onRecovered();
  }
}
