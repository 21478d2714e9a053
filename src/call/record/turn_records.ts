/** The turns of a call, from what happens in it. */

import type { ConversationEvent } from "../../media/mod.ts";
import type { LatencyRecord, TurnRecord } from "./call_record.ts";
import type { TurnTiming } from "./turn_timing.ts";
import { TurnTimings } from "./turn_timings.ts";

/** What a record has of one call at most: it may be open for days. */
const MOST_TURNS = 1000;
/** The longest text that a record has, in characters. */
const MOST_TEXT = 2000;

/** Notes the turns of one call, their latencies and, where that is wanted, their words. */
export class TurnRecords {
  /** Why the agent has ended the conversation, if it has. */
  left: string | undefined;
  readonly #timings = new TurnTimings();
  readonly #turns: TurnRecord[] = [];
  readonly #latencies: number[] = [];
  readonly #answeredAt: () => number;
  readonly #words: boolean;
  /** The turns under way with which the caller spoke over the agent. */
  readonly #interrupting = new Set<number>();

  /** `answeredAt` says when the call was answered, in ms of the clock. */
  constructor(answeredAt: () => number, words: boolean) {
    this.#answeredAt = answeredAt;
    this.#words = words;
  }

  /** The first 1000 turns. */
  get turns(): readonly TurnRecord[] {
    const pending = this.#timings.pending.map((turn) => this.#recordOf(turn));
    return [...this.#turns, ...pending].slice(0, MOST_TURNS);
  }

  /** The latencies of all answers; undefined if there was none. */
  get latency(): LatencyRecord | undefined {
    const all = [...this.#latencies, ...this.#timings.pending.flatMap(latencyOf)];
    const sorted = all.sort((a, b) => a - b);
    if (sorted.length === 0) return undefined;
    const below = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
    return { p50: below(0.5), p95: below(0.95), max: sorted[sorted.length - 1] };
  }

  /**
   * Takes what happened; `isHidden` while nobody is to know what the caller enters.
   *
   * @returns the turns that are over with it
   */
  note(event: ConversationEvent, isHidden: boolean): readonly TurnTiming[] {
    if (event.type === "leave") this.left = event.reason;
    if (event.type === "interrupt") this.#interrupting.add(event.turn);
    return this.#keep(this.#timings.note(event, isHidden));
  }

  /** The call is over. @returns the turns that end with it */
  end(): readonly TurnTiming[] {
    return this.#keep(this.#timings.end());
  }

  #keep(over: readonly TurnTiming[]): readonly TurnTiming[] {
    for (const turn of over) {
      this.#latencies.push(...latencyOf(turn));
      if (this.#turns.length < MOST_TURNS) this.#turns.push(this.#recordOf(turn));
      this.#interrupting.delete(turn.turn);
    }
    return over;
  }

  #recordOf(turn: TurnTiming): TurnRecord {
    const { beganAt, endedAt, transcriptAt, firstTokenAt, firstAudioAt, failures } = turn;
    const words = (text: string | undefined) => this.#words ? text?.slice(0, MOST_TEXT) : undefined;
    const sinceEnd = (at: number | undefined) => since(endedAt, at);
    const record: TurnRecord = {
      turn: turn.turn,
      atMs: rounded(beganAt - this.#answeredAt()),
      durationMs: since(beganAt, endedAt),
      transcriptMs: sinceEnd(transcriptAt),
      firstTokenMs: sinceEnd(firstTokenAt),
      firstAudioMs: sinceEnd(firstAudioAt),
      firstPacketMs: sinceEnd(turn.firstPacketAt),
      interrupted: this.#interrupting.has(turn.turn) || undefined,
      failures,
      heard: words(turn.heard),
      said: words(turn.said),
    };
    return record;
  }
}

function latencyOf({ endedAt, firstAudioAt }: TurnTiming): number[] {
  const latencyMs = since(endedAt, firstAudioAt);
  return latencyMs === undefined ? [] : [latencyMs];
}

function since(from: number | undefined, at: number | undefined): number | undefined {
  return from === undefined || at === undefined ? undefined : rounded(at - from);
}

/** To a tenth of a millisecond: no reader needs more of it. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
