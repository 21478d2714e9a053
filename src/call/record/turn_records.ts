/** The turns of a call, from what happens in it. */

import type { ConversationEvent } from "../../media/mod.ts";
import type { LatencyRecord, TurnRecord } from "./call_record.ts";

/** What a record has of one call at most: it may be open for days. */
const MOST_TURNS = 1000;
/** The longest text that a record has, in characters. */
const MOST_TEXT = 2000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Notes the turns of one call, their latencies and, where that is wanted, their words. */
export class TurnRecords {
  /** The first 1000 turns. */
  readonly turns: Writable<TurnRecord>[] = [];
  /** Why the agent has ended the conversation, if it has. */
  left: string | undefined;
  readonly #latencies: number[] = [];
  readonly #answeredAt: () => number;
  readonly #words: boolean;
  #current: Writable<TurnRecord> | undefined;
  #endedAt: number | undefined;

  /** `answeredAt` says when the call was answered, in ms of the clock. */
  constructor(answeredAt: () => number, words: boolean) {
    this.#answeredAt = answeredAt;
    this.#words = words;
  }

  /** The latencies of all answers; undefined if there was none. */
  get latency(): LatencyRecord | undefined {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    if (sorted.length === 0) return undefined;
    const below = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
    return { p50: below(0.5), p95: below(0.95), max: sorted[sorted.length - 1] };
  }

  /** Takes what happened; `isHidden` while nobody is to know what the caller enters. */
  note(event: ConversationEvent, isHidden: boolean): void {
    const { at } = event;
    if (event.type === "turn-begin") return this.#begin(event.turn, at);
    if (event.type === "leave") this.left = event.reason;
    if (event.type === "first-audio") this.#latencies.push(rounded(event.latencyMs));
    const turn = this.#current;
    if (turn === undefined) return;
    const sinceEnd = this.#endedAt === undefined ? undefined : rounded(at - this.#endedAt);
    const words = (text: string) => this.#words && !isHidden ? text.slice(0, MOST_TEXT) : undefined;
    switch (event.type) {
      case "turn-end":
        turn.durationMs = rounded(event.durationMs);
        this.#endedAt = at;
        break;
      case "transcript":
        turn.transcriptMs = sinceEnd;
        turn.heard = words(event.text);
        break;
      case "first-token":
        turn.firstTokenMs ??= sinceEnd;
        break;
      case "first-audio":
        turn.firstAudioMs ??= rounded(event.latencyMs);
        break;
      case "reply-end":
        turn.said = words(event.text);
        break;
      case "interrupt":
        turn.interrupted = true;
        break;
      case "failure":
        turn.failures = [...turn.failures ?? [], event.step];
    }
  }

  #begin(turn: number, at: number): void {
    this.#endedAt = undefined;
    this.#current = { turn, atMs: rounded(at - this.#answeredAt()) };
    if (this.turns.length < MOST_TURNS) this.turns.push(this.#current);
  }
}

/** To a tenth of a millisecond: no reader needs more of it. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
