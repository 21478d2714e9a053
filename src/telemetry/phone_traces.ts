/** What a phone does, as spans for OpenTelemetry. */

import {
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Tracer,
} from "@opentelemetry/api";
import type { Call } from "../call/mod.ts";
import { wallClock } from "../clock/mod.ts";
import type { PhoneHandler } from "../phone/mod.ts";
import type { SpanTracer } from "./library_types.ts";
import { CallTrace } from "./traces/call_trace.ts";
import { maskedNumber } from "./traces/masked_number.ts";
import { askWithin } from "./traces/step_span.ts";
import { contextOf } from "./traces/trace_parent.ts";

/** How {@link PhoneTraces} are made. */
export interface PhoneTracesOptions {
  /** What makes the spans. @default that of the SDK that is registered, named `sofia-phone` */
  readonly tracer?: SpanTracer;
  /**
   * Whether a call that comes in continues the trace that its invitation names, by `traceparent` or
   * `X-Traceparent`. Whoever may call then chooses which trace a call is part of, and that it is kept:
   * say so where only a switch of yours can call. Else a call is a trace of its own with a link to that
   * one, as OpenTelemetry advises for what strangers reach.
   * @default false
   */
  readonly continueTraces?: boolean;
  /** Whether spans have the whole numbers of who calls and is called. @default false: their last two digits */
  readonly numbers?: boolean;
}

/**
 * A span for each call, within it one for each turn, and within that one for each attempt at a step of
 * the backend, which is active while the backend works, so that its own spans are within it.
 *
 * It takes an SDK that the application registers. Without one there are no spans, and all that is done is
 * one question for each call.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
 * import { echo, PhoneHandler } from "@sofia/phone";
 * import { PhoneTraces } from "@sofia/phone/telemetry";
 *
 * const exporter = new InMemorySpanExporter();
 * const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
 * const phone = new PhoneHandler({ voiceBackend: echo(), sipPort: 0 });
 * const traces = new PhoneTraces(phone, { tracer: provider.getTracer("my bot") });
 * assert.deepEqual(exporter.getFinishedSpans(), []); // until somebody calls
 * traces.stop();
 * ```
 */
export class PhoneTraces {
  readonly #phone: PhoneHandler;
  readonly #options: PhoneTracesOptions;
  readonly #tracer: Tracer;
  readonly #wallOffset: number;
  readonly #calls = new Map<Call, CallTrace>();
  /** Those that were answered, by their names: a call may get another name before that. */
  readonly #sessions = new Map<string, CallTrace>();
  readonly #stops: readonly (() => void)[];
  #isStopped = false;

  /** Follows the calls of `phone` that come from now on. */
  constructor(phone: PhoneHandler, options: PhoneTracesOptions = {}) {
    this.#phone = phone;
    this.#options = options;
    this.#tracer = options.tracer ?? trace.getTracer("sofia-phone");
    this.#wallOffset = wallClock() - phone.clock.now();
    this.#stops = [
      phone.on("arrived", ({ call }) => this.#arrived(call)),
      phone.on("answered", ({ call }) => this.#answered(call)),
      phone.on("conversation", ({ call, event }) => this.#calls.get(call)?.note(event)),
      phone.on("turn", ({ call, turn }) => this.#calls.get(call)?.turnOver(turn)),
      phone.aroundSteps((asked, ask) => {
        const call = this.#sessions.get(asked.sessionId);
        if (call === undefined) return ask();
        const now = () => this.#wallTime(this.#now);
        return askWithin(asked, ask, { tracer: this.#tracer, parent: call.context, now });
      }),
    ];
  }

  /** Follows no calls any more. The spans of those under way end when they do. */
  stop(): void {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
  }

  get #now(): number {
    return this.#phone.clock.now();
  }

  #wallTime(at: number): number {
    return this.#wallOffset + at;
  }

  #arrived(call: Call): void {
    if (this.#isStopped) return;
    const { direction = "in", from, to, headers } = call.info;
    const { numbers = false, continueTraces = false } = this.#options;
    const shown = (user: string) => numbers ? user.slice(0, 80).toWellFormed() : maskedNumber(user);
    // One of ours belongs to whatever made it.
    const isOurs = direction === "out";
    const told = isOurs ? ROOT_CONTEXT : contextOf(headers);
    const parent = isOurs ? context.active() : continueTraces ? told : ROOT_CONTEXT;
    const origin = continueTraces ? undefined : trace.getSpanContext(told);
    const span = this.#tracer.startSpan("call", {
      kind: isOurs ? SpanKind.CLIENT : SpanKind.SERVER,
      startTime: this.#wallTime(this.#now),
      attributes: {
        "network.protocol.name": call.info.door ?? "sip",
        "sofia.call.direction": direction,
        "sofia.call.from": shown(from.user),
        "sofia.call.to": shown(to.user),
      },
      ...(origin !== undefined && { links: [{ context: origin }] }),
    }, parent);
    if (!isSpanContextValid(span.spanContext())) return;
    const own = new CallTrace({
      ...{ call, tracer: this.#tracer, span, context: trace.setSpan(parent, span) },
      wallTime: (at) => this.#wallTime(at),
    });
    this.#calls.set(call, own);
    void call.ended.then((end) => {
      // Behind those who are told of the end, as the last turn is among what they are told.
      queueMicrotask(() => {
        this.#calls.delete(call);
        if (this.#sessions.get(call.id) === own) this.#sessions.delete(call.id);
        own.end(this.#now, end);
      });
    });
  }

  #answered(call: Call): void {
    const own = this.#calls.get(call);
    if (own === undefined) return;
    this.#sessions.set(call.id, own);
    own.answered(this.#now);
  }
}
