/** The calls that are over. */

import type { CallRecord } from "../../call/mod.ts";
import type { History, PastCall } from "../schemas/history.ts";
import type { TranscriptEntry } from "../schemas/transcript_entry.ts";
import type { TurnTimingView } from "../schemas/turn_timing.ts";
import { PastSearch, type PastSearchOptions } from "./past_search.ts";

/**
 * Characters that are read for one page, as no packet of any call leaves meanwhile: some 0.3 ms of Latin
 * letters, and 3 ms of others.
 */
const MOST_READ = 200_000;

/** A call that is over, with what was noted of it. */
export interface PastCallNotes {
  readonly record: CallRecord;
  readonly transcript: readonly TranscriptEntry[];
  readonly timings: readonly TurnTimingView[];
}

/** Which page of them. */
export interface PastPageOptions extends PastSearchOptions {
  /** Calls at most. */
  readonly limit: number;
  /** Those before the one of this number: `next` of the page before. @default the latest */
  readonly before?: number;
}

interface Numbered extends PastCallNotes {
  readonly number: number;
}

/**
 * The latest calls that are over.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PastCalls } from "./past_calls.ts";
 *
 * assert.deepEqual(new PastCalls(10).page({ limit: 5 }), { calls: [] });
 * ```
 */
export class PastCalls {
  readonly #most: number;
  readonly #calls: Numbered[] = [];
  #count = 0;

  /** Keeps the latest `most` calls. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Adds one; gives how it is shown. */
  push(notes: PastCallNotes): PastCall {
    this.#calls.push({ ...notes, number: ++this.#count });
    if (this.#calls.length > this.#most) this.#calls.shift();
    return shown(notes);
  }

  /** The latest one of this id; a call that was cut off and came back has one more. */
  find(id: string): PastCallNotes | undefined {
    return this.#calls.findLast(({ record }) => record.id === id);
  }

  /**
   * A page of those that are looked for. So that no search takes long, it ends where enough was read: it
   * may be short, or empty, and still have a `next`.
   */
  page({ limit, before = Infinity, ...wanted }: PastPageOptions): History {
    const search = new PastSearch(wanted);
    const calls: PastCall[] = [];
    let at = this.#calls.findLastIndex(({ number }) => number < before);
    for (; at >= 0 && calls.length < limit && search.read < MOST_READ; at--) {
      if (search.finds(this.#calls[at])) calls.push(shown(this.#calls[at]));
    }
    return { calls, ...(at >= 0 && { next: this.#calls[at + 1].number }) };
  }
}

/** A call that is over, as it is shown in a list. */
export function shown({ record }: PastCallNotes): PastCall {
  // Where the file is on this machine is nobody's business.
  const { recording, ...rest } = record;
  return {
    id: record.id,
    record: { ...rest } as unknown as PastCall["record"],
    hasRecording: recording?.outcome === "finished",
  };
}
