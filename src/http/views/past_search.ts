/** What is looked for among calls that are over. */

import type { PastKind } from "../schemas/history.ts";
import type { TranscriptEntry } from "../schemas/transcript_entry.ts";
import type { PastCallNotes } from "./past_calls.ts";

/** From here on a call had slow answers, in ms: the 95th of 100 of them. */
const SLOW_MS = 1000;

/** What is looked for. */
export interface PastSearchOptions {
  /**
   * Words, each of which is somewhere in the call: in names, numbers, its end, or what was said.
   * @default ""
   */
  readonly words?: string;
  /** Only calls of this kind. @default all */
  readonly only?: PastKind;
}

/**
 * Looks into one call after another, and counts how much it has read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PastSearch } from "./past_search.ts";
 *
 * assert.equal(new PastSearch({ words: "ADA room" }).isIn(["Ada Berger", "A room, please"]), true);
 * ```
 */
export class PastSearch {
  /** Characters that it has looked at, once for each word. */
  read = 0;
  readonly #words: readonly string[];
  readonly #only: PastKind | undefined;

  /** Looks for words, in whatever case, and for a kind. */
  constructor({ words = "", only }: PastSearchOptions = {}) {
    this.#words = [...new Set(words.toLowerCase().split(/\s+/).filter((word) => word !== ""))];
    this.#only = only;
  }

  /** Whether a call is one of those that are looked for. */
  finds({ record, transcript }: PastCallNotes): boolean {
    if (this.#only !== undefined && !isOf(record, this.#only)) return false;
    if (this.#words.length === 0) return true;
    return this.isIn(textsOf(record, transcript));
  }

  /** Whether each word is in one of the texts; no more of them is read than it takes. */
  isIn(texts: Iterable<string>): boolean {
    let missing = this.#words;
    for (const text of texts) {
      if (missing.length === 0) break;
      this.read += text.length * missing.length;
      const lower = text.toLowerCase();
      missing = missing.filter((word) => !lower.includes(word));
    }
    return missing.length === 0;
  }
}

function isOf({ answeredAt, end, latency, recording }: PastCallNotes["record"], kind: PastKind) {
  if (kind === "recorded") return recording?.outcome === "finished";
  if (kind === "slow") return (latency?.p95 ?? 0) >= SLOW_MS;
  if (answeredAt !== undefined) return kind === "answered";
  return kind === (end.status === undefined ? "unanswered" : "refused");
}

/** The short ones first: most searches are for a number or a name. */
function* textsOf(
  { id, from, to, end }: PastCallNotes["record"],
  transcript: readonly TranscriptEntry[],
): Generator<string> {
  const { cause, reason = "", transferredTo = "", error = "" } = end;
  yield [from.user, from.name ?? "", to.user, id, cause, reason, transferredTo, error].join("\n");
  for (const { text, cut } of transcript) {
    yield text;
    if (cut !== undefined) yield cut;
  }
}
