import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { tone } from "../../src/audio/mod.ts";
import type { VoiceBackend } from "../../src/backend/mod.ts";
import { sleep, type VirtualClock } from "../../src/clock/mod.ts";
import type { PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { PhoneTraces, type PhoneTracesOptions } from "../../src/telemetry/mod.ts";
import { doorScene, QUIET, VOICE } from "./door_scene.ts";
import { LocalContext } from "./local_context.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
beforeEach(() => {
  context.setGlobalContextManager(new LocalContext().enable());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  context.disable();
  trace.disable();
});

const HALF_A_SECOND = { samples: tone([1000], 500, { levelDb: -15 }), sampleRate: 8000 };
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

/** A phone with spans, on virtual time. */
async function traced(
  make: (clock: () => VirtualClock) => VoiceBackend,
  options: PhoneTracesOptions = {},
  more: Partial<PhoneHandlerOptions> = {},
) {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer("the backend's own");
  const time: { clock?: VirtualClock } = {};
  const scene = await doorScene({ voiceBackend: make(() => time.clock!), ...more });
  time.clock = scene.clock;
  const traces = new PhoneTraces(scene.phone, { tracer: provider.getTracer("phone"), ...options });
  cleanUps.push(() => scene.clock.runUntil(scene.phone.stop()));
  const spans = () => exporter.getFinishedSpans();
  const named = (name: string) => spans().filter((span) => span.name === name);
  return { ...scene, traces, tracer, spans, named };
}

/** Takes 100 ms to hear, 200 to think and 50 to speak half a second; the answer is a stream. */
function slow(clock: () => VirtualClock, own: (name: string) => void = () => {}): VoiceBackend {
  return {
    sampleRate: 8000,
    async transcribe() {
      own("ask the recogniser");
      await sleep(clock(), 100);
      own("recognise");
      return "What now?";
    },
    async *generate() {
      own("begin to think");
      await sleep(clock(), 150);
      own("think");
      yield "Nothing. ";
      await sleep(clock(), 50);
      own("think on");
      yield "At all.";
    },
    async speak() {
      await sleep(clock(), 50);
      own("make sound");
      return HALF_A_SECOND;
    },
  };
}

function ms([seconds, nanos]: readonly [number, number]): number {
  return seconds * 1000 + nanos / 1e6;
}

/** How long a span was, in ms. */
function lengthOf({ startTime, endTime }: ReadableSpan): number {
  return Math.round(ms(endTime) - ms(startTime));
}

describe("the spans of a phone", () => {
  test("are a call, in it its turns, in them the steps, with the times that they took", async () => {
    const { call, named, spans } = await traced(slow);
    const caller = call();
    await caller.say(QUIET, 400);
    await caller.say(VOICE, 1000);
    await caller.say(QUIET, 3000);
    await caller.hangup();
    const [[ofCall], [turn], [heard], [thought]] = ["call", "turn", "transcribe", "generate"].map(
      named,
    );
    const spoken = named("speak");
    expect(spans().length).toBe(4 + spoken.length);
    expect(spoken.length).toBe(2);
    for (const span of spans()) {
      expect(span.spanContext().traceId).toBe(ofCall.spanContext().traceId);
    }
    expect(ofCall.parentSpanContext).toBeUndefined();
    expect(ofCall.kind).toBe(SpanKind.SERVER);
    expect(turn.parentSpanContext?.spanId).toBe(ofCall.spanContext().spanId);
    for (const step of [heard, thought, ...spoken]) {
      expect(step.parentSpanContext?.spanId).toBe(turn.spanContext().spanId);
    }
    expect([lengthOf(heard), lengthOf(thought)]).toEqual([100, 200]);
    expect(spoken.map(lengthOf)).toEqual([50, 50]);
    expect(ms(thought.startTime)).toBe(ms(heard.endTime));
    // From the first voice to the last packet: 1 s, the silence, 350 ms, the sound and its ways.
    expect(Math.abs(lengthOf(turn) - (1000 + 500 + 300 + 1000))).toBeLessThan(150);
    expect(turn.events.map(({ name }) => name)).toEqual([
      "caller finished",
      "understood",
      "first word of the answer",
      "first sound of the answer",
      "first packet of the answer",
      "answer made",
      "answer heard",
    ]);
    const packet = turn.events.find(({ name }) => name === "first packet of the answer")!;
    const ended = turn.events[0];
    expect(turn.attributes["sofia.turn.first_packet_ms"]).toBe(
      Math.round(ms(packet.time) - ms(ended.time)),
    );
    expect(turn.attributes["sofia.turn.endpoint_ms"]).toBe(500);
    expect(ofCall.attributes).toMatchObject({
      "network.protocol.name": "browser",
      "session.id": "door 1",
      "sofia.call.from": "••20",
      "sofia.call.to": "••56",
      "sofia.call.codec": "PCMU",
      "sofia.call.end": "remote",
      "sofia.call.answered": true,
      "sofia.call.mos": 4.41,
    });
    expect(JSON.stringify(spans().map(({ attributes, events }) => [attributes, events]))).not
      .toMatch(/What now|Nothing|4930901820|800123456/);
  });

  test("are around those of the backend, before and after whatever it waits for", async () => {
    let own: (name: string) => void = () => {};
    const { call, named, spans, tracer } = await traced((clock) =>
      slow(clock, (name) => own(name))
    );
    own = (name) => tracer.startSpan(name).end();
    const caller = call();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 3000);
    await caller.hangup();
    // Beside them there are phrases that are prepared, which are of no call.
    const [{ traceId }] = named("call").map((span) => span.spanContext());
    const ofCall = spans().filter((span) => span.spanContext().traceId === traceId);
    const within = (inner: string, outer: string) => {
      const ids = named(outer).map((span) => span.spanContext().spanId);
      const found = ofCall.filter(({ name }) => name === inner);
      expect(found.length).toBe(inner === "make sound" ? 2 : 1);
      for (const span of found) expect(ids).toContain(span.parentSpanContext!.spanId);
    };
    within("ask the recogniser", "transcribe");
    within("recognise", "transcribe");
    within("begin to think", "generate");
    within("think", "generate");
    within("think on", "generate");
    within("make sound", "speak");
    // Nothing of it is left active.
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  test.each([
    ["traceparent", `00-${TRACE}-${PARENT}-01`],
    ["x-traceparent", `00-${TRACE}-${PARENT}-01`],
    ["traceparent", `cc-${TRACE}-${PARENT}-01-and what a later version has`],
  ])("continue the trace that the invitation names in %s: %s", async (field, value) => {
    const { call, named } = await traced(slow, { continueTraces: true });
    const caller = call({ headers: { [field]: value, tracestate: "vendor=7" } });
    await caller.say(QUIET, 100);
    await caller.hangup();
    const [span] = named("call");
    expect(span.spanContext().traceId).toBe(TRACE);
    expect(span.parentSpanContext).toMatchObject({ spanId: PARENT, isRemote: true });
    expect(span.spanContext().traceState?.get("vendor")).toBe("7");
  });

  test.each([
    [`00-${TRACE}-${PARENT}`],
    [`00-${TRACE.toUpperCase()}-${PARENT}-01`],
    [`00-${"0".repeat(32)}-${PARENT}-01`],
    [`00-${TRACE}-${"0".repeat(16)}-01`],
    [`ff-${TRACE}-${PARENT}-01`],
    [`00-${TRACE}-${PARENT}-01-more`],
    [`00-${TRACE}-${PARENT}-0g`],
    ["-".repeat(300)],
    [""],
  ])("begin a trace of their own for %j", async (traceparent) => {
    const { call, named } = await traced(slow, { continueTraces: true });
    const caller = call({ headers: { traceparent } });
    await caller.say(QUIET, 20);
    await caller.hangup();
    const [span] = named("call");
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.spanContext().traceId).not.toBe(TRACE);
  });

  test("are a trace that no caller has chosen, with a link to the one that was named", async () => {
    const { call, named } = await traced(slow);
    const caller = call({ headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });
    await caller.say(QUIET, 20);
    await caller.hangup();
    const [span] = named("call");
    expect(span.spanContext().traceId).not.toBe(TRACE);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map(({ context }) => [context.traceId, context.spanId, context.isRemote]))
      .toEqual([[TRACE, PARENT, true]]);
  });

  test("have no link where nothing is named, and whole numbers where that is asked for", async () => {
    const { call, named } = await traced(slow, { numbers: true });
    const caller = call();
    await caller.say(QUIET, 20);
    await caller.hangup();
    expect(named("call")[0].links).toEqual([]);
    expect(named("call")[0].attributes["sofia.call.from"]).toBe("+4930901820");
  });

  test("say which step failed, attempt by attempt, by the kind of error alone", async () => {
    let left = 1;
    const { call, named } = await traced(
      (clock) => ({
        ...slow(clock),
        async *generate() {
          await sleep(clock(), 30);
          if (left-- > 0) throw new TypeError("a secret of the caller");
          yield "Yes.";
        },
      }),
      {},
      { resilience: { generate: { attempts: 2, waitMs: 10 } } },
    );
    const caller = call();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 3000);
    await caller.hangup();
    const [failed, worked] = named("generate");
    expect(failed.status).toEqual({ code: SpanStatusCode.ERROR, message: "TypeError" });
    expect(failed.attributes["error.type"]).toBe("TypeError");
    expect(lengthOf(failed)).toBe(30);
    expect(worked.status.code).toBe(SpanStatusCode.UNSET);
    expect(JSON.stringify([failed.attributes, failed.events, failed.status])).not.toContain(
      "secret",
    );
  });

  test("end a step that nobody wants any more when the caller goes on, or hangs up", async () => {
    const { call, named, spans } = await traced((clock) => ({
      ...slow(clock),
      generate: () => new Promise<string>(() => {}),
    }));
    const caller = call();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 800);
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 800);
    await caller.hangup();
    const thoughts = named("generate");
    expect(thoughts.map(({ attributes }) => attributes["sofia.step.aborted"])).toEqual([
      true,
      true,
    ]);
    expect(named("turn").length).toBe(2);
    const [ofCall] = named("call");
    for (const span of spans()) expect(ms(span.endTime)).toBeLessThanOrEqual(ms(ofCall.endTime));
  });

  test("are none without an SDK, and the backend is asked as ever", async () => {
    const active: unknown[] = [];
    const { call, spans } = await traced(
      (clock) => slow(clock, () => active.push(trace.getActiveSpan())),
      { tracer: trace.getTracer("nobody") },
    );
    const caller = call();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 3000);
    await caller.hangup();
    expect(spans()).toEqual([]);
    expect(active.length).toBeGreaterThan(0);
    expect(active.every((span) => span === undefined)).toBe(true);
  });

  test("take an SDK that is registered after them, and follow no new call when stopped", async () => {
    const late = await traced(slow, { tracer: undefined });
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    const first = late.call();
    late.traces.stop();
    const second = late.call();
    await late.pass(100, [[first, QUIET], [second, QUIET]]);
    await first.hangup();
    await second.hangup();
    expect(exporter.getFinishedSpans().map(({ attributes }) => attributes["sofia.call.end"]))
      .toEqual([
        "remote",
      ]);
  });
});
