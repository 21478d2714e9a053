/** What was said in a call, from what happens in it. */

import type { HistoryEntry, ResumedEntry } from "../../backend/mod.ts";
import type { ConversationEvent } from "../../media/mod.ts";
import type { TranscriptEntry } from "../schemas/transcript_entry.ts";

/** Entries that are kept of one call. */
const MOST_ENTRIES = 500;
/** The longest text of one. */
const MOST_TEXT = 2000;
/** Entries of the agent that a sentence of the history is looked for in. */
const LOOK_BACK = 6;

/**
 * Writes down who said what.
 *
 * A reply is written when all of it is made, and again when it is cut. What is said beside replies, such
 * as announcements, no event tells: the history has it when it was heard.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Transcript } from "./transcript.ts";
 *
 * const transcript = new Transcript();
 * const toWall = (at: number) => at;
 * transcript.note({ at: 7, turn: 1, type: "transcript", text: "Hello" }, toWall);
 * assert.deepEqual(transcript.entries, [{ at: 7, turn: 1, who: "caller", text: "Hello" }]);
 * ```
 */
export class Transcript {
  #entries: TranscriptEntry[] = [];
  #turn = 0;
  /** When the agent began to answer in this turn. */
  #agentAt: number | undefined;
  /** What of the history is in it. */
  #known = 0;

  /** What was said, in its order; the latest 500. */
  get entries(): readonly TranscriptEntry[] {
    return this.#entries;
  }

  /** Takes what happened; gives the entry that is new or has changed. `toWall` turns ms of the clock. */
  note(event: ConversationEvent, toWall: (at: number) => number): TranscriptEntry | undefined {
    const { turn } = event;
    const at = toWall(event.at);
    if (event.type === "interrupt") return this.#cut(this.#agentAt ?? at, event);
    if (turn !== this.#turn) this.#agentAt = undefined;
    this.#turn = turn;
    switch (event.type) {
      case "partial":
        return this.#hear(at, event.text, true);
      case "transcript":
        return this.#hear(at, event.text, false);
      case "first-audio":
        this.#agentAt = at;
        return undefined;
      case "reply-end":
        return event.text === "" ? undefined : this.#put({
          at: this.#agentAt ?? at,
          turn,
          who: "agent",
          text: event.text.slice(0, MOST_TEXT),
        });
      default:
        return undefined;
    }
  }

  /**
   * Takes what the history has that no event has told; `at` is now, in ms since 1970, and `before` what of
   * it was said before the call was cut off, with its times.
   */
  follow(
    history: readonly HistoryEntry[],
    at: number,
    before: readonly ResumedEntry[] = [],
  ): TranscriptEntry[] {
    if (history.length === this.#known) return [];
    const first = this.#known;
    const added = history.slice(first);
    this.#known = history.length;
    return added.flatMap(({ role: who, text, interrupted }, index) => {
      const said = text.slice(0, MOST_TEXT);
      const known = this.#find(who, said);
      // Each has a time of its own, by which it is told from the others.
      if (known === undefined) {
        const saidAt = before[first + index]?.at ?? at;
        return this.#put({ at: saidAt + index / 1000, turn: this.#turn, who, text: said });
      }
      if (!interrupted || known.cut !== undefined || !known.text.startsWith(said)) return [];
      const cut = known.text.slice(said.length).trim();
      return cut === "" ? [] : this.#put({ ...known, text: said, cut });
    });
  }

  /** Passes over what the history has, as nobody is to know it. */
  skip(history: readonly HistoryEntry[]): void {
    this.#known = history.length;
  }

  #hear(at: number, text: string, isPartial: boolean): TranscriptEntry | undefined {
    const before = this.#entries.findLast(({ who }) => who === "caller");
    const open = before?.isPartial === true && before.turn === this.#turn ? before : undefined;
    if (text === "" && open === undefined) return undefined;
    const entry: TranscriptEntry = {
      at: open?.at ?? at,
      turn: this.#turn,
      who: "caller",
      text: text.slice(0, MOST_TEXT),
    };
    return this.#put(isPartial ? { ...entry, isPartial } : entry);
  }

  #cut(at: number, words: { heard: string; unheard: string }): TranscriptEntry | undefined {
    const { heard, unheard } = words;
    if (heard === "" && unheard === "") return undefined;
    const before = this.#entries.findLast(({ who }) => who === "agent");
    const isIt = before !== undefined && before.cut === undefined &&
      plain(before.text).startsWith(plain(heard)) && plain(before.text).includes(plain(unheard));
    return this.#put({
      at: isIt ? before.at : at,
      turn: isIt ? before.turn : this.#turn,
      who: "agent",
      text: heard.slice(0, MOST_TEXT),
      cut: unheard.slice(0, MOST_TEXT),
    });
  }

  #find(role: HistoryEntry["role"], text: string): TranscriptEntry | undefined {
    return this.#entries.filter(({ who }) => who === role).slice(-LOOK_BACK)
      .findLast((entry) => plain(entry.text).includes(plain(text)));
  }

  #put(entry: TranscriptEntry): TranscriptEntry {
    const at = this.#entries.findLastIndex((one) => one.at === entry.at && one.who === entry.who);
    if (at >= 0) this.#entries[at] = entry;
    else {
      this.#entries.push(entry);
      if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    }
    return entry;
  }
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
