/** The calls that are over. */

import type { CallRecord } from "../../call/mod.ts";
import type { History, PastCall } from "../schemas/history.ts";
import type { TranscriptEntry } from "../schemas/transcript_entry.ts";
import type { TurnTimingView } from "../schemas/turn_timing.ts";

/** A call that is over, with what was noted of it. */
export interface PastCallNotes {
  readonly record: CallRecord;
  readonly transcript: readonly TranscriptEntry[];
  readonly timings: readonly TurnTimingView[];
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
 * assert.deepEqual(new PastCalls(10).page(5), { calls: [] });
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

  /** The latest `limit` of those before the one of number `before`. */
  page(limit: number, before = Infinity): History {
    const end = this.#calls.findLastIndex(({ number }) => number < before) + 1;
    const start = Math.max(0, end - limit);
    const calls = this.#calls.slice(start, end).reverse();
    return {
      calls: calls.map(shown),
      ...(start > 0 && calls.length > 0 && { next: calls.at(-1)!.number }),
    };
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
