/** From what happens in one call to its record. */

import type { ConversationEvent } from "../../media/mod.ts";
import type { Call } from "../call.ts";
import type { CallEnd } from "../call_events.ts";
import type { CallRecord, CallRecordEnd } from "./call_record.ts";
import { callQuality } from "./call_quality.ts";
import type { CallRecordsContext } from "./call_records.ts";
import type { TurnTiming } from "./turn_timing.ts";
import { TurnRecords } from "./turn_records.ts";

/** What a peer or an error says of itself is cut to so many characters: it may be 60 kB long. */
const MOST_TEXT = 500;

/** Gathers the record of one call while it lasts. */
export class CallRecorder {
  readonly #call: Call;
  readonly #context: CallRecordsContext;
  readonly #startedAt: number;
  /** What turns times of the clock into those of the wall, however that one is set meanwhile. */
  readonly #wallOffset: number;
  readonly #turns: TurnRecords;
  #answeredAt: number | undefined;

  /** The call begins now. */
  constructor(call: Call, context: CallRecordsContext) {
    const { clock, wallClock, words = false } = context;
    this.#call = call;
    this.#context = context;
    this.#startedAt = clock.now();
    this.#wallOffset = wallClock() - this.#startedAt;
    this.#turns = new TurnRecords(() => this.#answeredAt ?? this.#startedAt, words);
  }

  /** The call is answered now. */
  answered(): void {
    this.#answeredAt ??= this.#context.clock.now();
  }

  /** Something happens in the conversation. */
  note(event: ConversationEvent): void {
    this.#tell(this.#turns.note(event, this.#call.keys.areMasked));
  }

  /** The call is over now. What is returned makes its record, with the recording that there is. */
  end(end: CallEnd): (recording: CallRecord["recording"]) => CallRecord {
    this.#tell(this.#turns.end());
    const call = this.#call;
    const { info, keys, media } = call;
    const [startedAt, answeredAt] = [this.#startedAt, this.#answeredAt];
    // What it held was given back since.
    const endedAt = answeredAt === undefined
      ? this.#context.clock.now()
      : answeredAt + end.durationMs;
    const began = answeredAt ?? startedAt;
    const { user, name } = info.from;
    const { latency } = this.#turns;
    return (recording) => ({
      version: 1,
      id: cut(call.id),
      sipCallId: cut(call.sipCallId),
      direction: info.direction ?? "in",
      ...(info.door !== undefined && { door: info.door }),
      from: { user: cut(user), ...(name !== undefined && { name: cut(name) }) },
      to: { user: cut(info.to.user) },
      startedAt: this.#wallTime(startedAt),
      ...(answeredAt !== undefined && { answeredAt: this.#wallTime(answeredAt) }),
      endedAt: this.#wallTime(endedAt),
      ringMs: Math.round((answeredAt ?? endedAt) - startedAt),
      durationMs: Math.round(end.durationMs),
      end: endOf(end, this.#turns.left),
      ...(media !== undefined && { codec: media.codec, chain: String(media.chain) }),
      turns: this.#turns.turns,
      ...(latency && { latency }),
      keys: keys.entries.map(({ at, digit, way, durationMs }) => ({
        atMs: Math.round(at - began),
        digit,
        way,
        durationMs: Math.round(durationMs),
      })),
      ...(media !== undefined && { quality: callQuality(media.codec, media.statistics) }),
      ...(recording && { recording }),
    });
  }

  #tell(over: readonly TurnTiming[]): void {
    for (const turn of over) this.#context.onTurn?.(this.#call, turn);
  }

  #wallTime(at: number): string {
    return new Date(this.#wallOffset + at).toISOString();
  }
}

function endOf(end: CallEnd, left: string | undefined): CallRecordEnd {
  const { cause, status, reason, error, transferredTo } = end;
  return {
    cause,
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason: cut(reason) }),
    ...(transferredTo !== undefined && { transferredTo: cut(transferredTo) }),
    ...(left !== undefined && { left }),
    ...(error !== undefined && { error: cut(String(error)) }),
  };
}

function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}…`;
}
