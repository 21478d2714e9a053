/** The spans of one call: its own, and one for each turn. */

import {
  type Attributes,
  type Context,
  type Span,
  SpanStatusCode,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import { type Call, type CallEnd, callQuality, type TurnTiming } from "../../call/mod.ts";
import type { PhoneEvents } from "../../phone/mod.ts";
import { fail } from "./step_span.ts";

type Told = PhoneEvents["conversation"]["event"];

/** What a {@link CallTrace} needs. */
export interface CallTraceOptions {
  readonly call: Call;
  readonly tracer: Tracer;
  /** The span of the call, which has begun. */
  readonly span: Span;
  /** What it is active in. */
  readonly context: Context;
  /** From ms of the clock to ms since 1970. */
  readonly wallTime: (at: number) => number;
}

/** What is noted in the span of a turn when it happens, by the kind of event. */
const TURN_EVENTS: Partial<Record<Told["type"], string>> = {
  "turn-end": "caller finished",
  transcript: "understood",
  "first-token": "first word of the answer",
  "first-audio": "first sound of the answer",
  "first-packet": "first packet of the answer",
  "reply-end": "answer made",
  filler: "told to wait",
  apology: "apology",
  resume: "goes on",
  speculate: "answer prepared",
  "speculation-lost": "prepared answer thrown away",
};

/** Follows one call. */
export class CallTrace {
  readonly #options: CallTraceOptions;
  /** The spans of turns that are not over, by their numbers: two at most, for a moment. */
  readonly #turns = new Map<number, { readonly span: Span; readonly context: Context }>();
  #turn = 0;

  constructor(options: CallTraceOptions) {
    this.#options = options;
  }

  /** Where spans of what is done now belong: to the turn under way, or to the call. */
  get context(): Context {
    return this.#turns.get(this.#turn)?.context ?? this.#options.context;
  }

  /** The call was answered at `at`, in ms of the clock. */
  answered(at: number): void {
    const { span, call, wallTime } = this.#options;
    span.addEvent("answered", wallTime(at));
    span.setAttributes({
      // A call that claimed the name of another has got its own by now.
      "session.id": call.id.slice(0, 200),
      "gen_ai.conversation.id": call.id.slice(0, 200),
      ...(call.media !== undefined && { "sofia.call.codec": call.media.codec }),
    });
  }

  /** Something happened in the conversation. */
  note(event: Told): void {
    const { wallTime, span } = this.#options;
    if (event.type === "turn-begin") return this.#begin(event);
    const turn = this.#turns.get(event.turn)?.span ?? this.#turns.get(this.#turn)?.span ?? span;
    const name = TURN_EVENTS[event.type];
    if (name !== undefined) turn.addEvent(name, wallTime(event.at));
    else if (event.type === "failure") {
      turn.addEvent("failed", { "sofia.step": event.step }, wallTime(event.at));
    } else if (event.type === "false-alarm") {
      turn.addEvent("false alarm", { "sofia.reason": event.reason }, wallTime(event.at));
    }
  }

  /** A turn is over. */
  turnOver(turn: TurnTiming): void {
    const { wallTime } = this.#options;
    const span = this.#turns.get(turn.turn)?.span;
    this.#turns.delete(turn.turn);
    if (span === undefined) return;
    const { playedAt, interruptedAt } = turn;
    if (playedAt !== undefined) span.addEvent("answer heard", wallTime(playedAt));
    if (interruptedAt !== undefined) span.addEvent("interrupted", wallTime(interruptedAt));
    span.setAttributes(turnAttributes(turn));
    if (turn.failures !== undefined) {
      span.setAttribute("error.type", turn.failures[0]);
      span.setStatus({ code: SpanStatusCode.ERROR, message: `${turn.failures[0]} failed` });
    }
    span.end(wallTime(overAt(turn)));
  }

  /** The call is over at `at`, in ms of the clock. */
  end(at: number, end: CallEnd): void {
    const { span, call, wallTime } = this.#options;
    for (const turn of this.#turns.values()) turn.span.end(wallTime(at));
    this.#turns.clear();
    const { media } = call;
    const heard = media && callQuality(media.codec, media.statistics).heard;
    span.setAttributes({
      "sofia.call.answered": call.wasAnswered,
      "sofia.call.end": end.cause,
      ...(end.status !== undefined && { "sofia.call.status": end.status }),
      ...(heard !== undefined && heard.packets > 0 && {
        "sofia.call.mos": heard.mos,
        "sofia.call.loss": heard.lossShare,
        "sofia.call.jitter_ms": heard.jitterMs,
      }),
    });
    if (end.error !== undefined) fail(span, end.error);
    span.end(wallTime(at));
  }

  #begin({ turn, at, onsetMs = 0 }: Extract<Told, { readonly type: "turn-begin" }>): void {
    const { tracer, context, wallTime } = this.#options;
    const span = tracer.startSpan("turn", {
      startTime: wallTime(at - onsetMs),
      attributes: { "sofia.turn": turn },
    }, context);
    this.#turn = turn;
    this.#turns.set(turn, { span, context: trace.setSpan(context, span) });
  }
}

function turnAttributes(turn: TurnTiming): Attributes {
  const { endedAt, silenceMs, bargeInMs, falseAlarms, interruptedAt } = turn;
  const since = (at: number | undefined) =>
    at === undefined || endedAt === undefined ? undefined : Math.round(at - endedAt);
  const all = {
    "sofia.turn.endpoint_ms": silenceMs,
    "sofia.turn.transcript_ms": since(turn.transcriptAt),
    "sofia.turn.first_token_ms": since(turn.firstTokenAt),
    "sofia.turn.first_audio_ms": since(turn.firstAudioAt),
    "sofia.turn.first_packet_ms": since(turn.firstPacketAt),
    "sofia.turn.barge_in_ms": bargeInMs,
    "sofia.turn.false_alarms": falseAlarms,
    "sofia.turn.interrupted": interruptedAt !== undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** When the last of what is known of a turn happened. */
function overAt(
  { turn: _, silenceMs: __, bargeInMs: ___, falseAlarms: ____, ...times }: TurnTiming,
) {
  return Math.max(...Object.values(times).filter((value) => typeof value === "number"));
}
