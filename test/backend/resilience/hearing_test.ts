import { describe, expect, test } from "bun:test";
import {
  type ResilienceOptions,
  resilient,
  StepError,
  type StepEvent,
  type VoiceBackend,
} from "../../../src/backend/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { lengthOf, stepOptions, voice } from "../../support/voices.ts";

type Hear = NonNullable<VoiceBackend["transcribeStream"]>;

/** A recognizer as a test says, guarded, and a caller who speaks when told to. */
function scene(hear: Hear, options: ResilienceOptions = {}) {
  const clock = new VirtualClock();
  const events: StepEvent[] = [];
  const abort = new AbortController();
  const log: string[] = [];
  let caller!: ReadableStreamDefaultController<Int16Array>;
  const audio = new ReadableStream<Int16Array>({
    start: (controller) => void (caller = controller),
    cancel: () => void log.push("cancelled"),
  });
  const first = { ...voice("first"), transcribeStream: hear };
  const backend = resilient(first, { clock, ...options });
  const stepSignal = stepOptions({ events, signal: abort.signal });
  const stream = backend.transcribeStream!(audio, 16_000, stepSignal)
    [Symbol.asyncIterator]() as AsyncGenerator<string>;
  return {
    clock,
    events,
    abort,
    log,
    stream,
    speak: () => caller.enqueue(new Int16Array(320)),
    stop: () => caller.close(),
  };
}

const fail: Hear = async function* () {
  yield await Promise.reject<string>(new Error("no recognizer"));
};

describe("hearing while the caller speaks, through resilient", () => {
  test("passes on what was understood so far, as it comes", async () => {
    const { stream, speak, stop, log } = scene(async function* (audio) {
      let heard = "";
      for await (const _ of audio) yield heard += "m";
      yield `${heard}!`;
    });
    speak();
    expect(await stream.next()).toEqual({ done: false, value: "m" });
    speak();
    expect(await stream.next()).toEqual({ done: false, value: "mm" });
    stop();
    expect(await stream.next()).toEqual({ done: false, value: "mm!" });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual([]);
  });

  test("waits for as long as the caller speaks, and then no longer than it may", async () => {
    const { clock, stream, speak, stop, events } = scene(async function* () {
      yield await new Promise<string>(() => {});
    });
    const part = stream.next().catch((error) => error);
    for (let second = 0; second < 60; second++) {
      speak();
      await clock.advance(1000);
    }
    expect(clock.pending).toBe(0);
    stop();
    const error = await clock.runUntil(part);
    expect(error).toBeInstanceOf(StepError);
    expect([error.step, clock.now(), clock.pending]).toEqual(["transcribeStream", 62_500, 0]);
    expect(events).toEqual([]);
  });

  test("does not wait longer for the part after the first, either", async () => {
    const { clock, stream, speak, stop } = scene(async function* () {
      yield "m";
      await new Promise(() => {});
    });
    speak();
    expect((await stream.next()).value).toBe("m");
    const part = stream.next().catch((error) => error);
    await clock.advance(10_000);
    stop();
    expect((await clock.runUntil(part)).cause.message).toContain("transcribeStream.nextPartMs");
    expect(clock.now()).toBe(12_500);
  });

  test("lets the second recognizer hear the turn from its beginning", async () => {
    const second: VoiceBackend = {
      ...voice("second"),
      async *transcribeStream(audio) {
        yield `${await lengthOf(audio)} samples`;
      },
    };
    const halfDeaf: Hear = async function* (audio) {
      await audio.getReader().read();
      yield await Promise.reject<string>(new Error("no recognizer"));
    };
    const { stream, speak, stop, events } = scene(halfDeaf, { fallbacks: [second] });
    for (let piece = 0; piece < 5; piece++) speak();
    stop();
    expect((await stream.next()).value).toBe("1600 samples");
    expect(events).toEqual([
      { type: "fallback", step: "transcribeStream", to: 1, error: new Error("no recognizer") },
    ]);
  });

  test("passes over fallbacks that cannot hear while the caller speaks", async () => {
    const { transcribe, generate, speak: voiceOf } = voice("second");
    const third: VoiceBackend = {
      ...voice("third"),
      async *transcribeStream(audio) {
        yield `${await lengthOf(audio)} samples`;
      },
    };
    const fallbacks = [{ transcribe, generate, speak: voiceOf }, third];
    const { stream, speak, stop, events } = scene(fail, { fallbacks });
    speak();
    speak();
    stop();
    expect((await stream.next()).value).toBe("640 samples");
    expect(events.map((event) => event.type === "fallback" && event.to)).toEqual([2]);
  });

  test("fails for good where nobody can do it, so that transcribe hears the turn", async () => {
    const { stream, speak, log, clock } = scene(fail);
    speak();
    expect(await stream.next().catch((error) => error)).toBeInstanceOf(StepError);
    expect(log).toEqual(["cancelled"]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  test("lets go of the caller's sound when nobody reads on", async () => {
    const signals: AbortSignal[] = [];
    const { stream, speak, log, clock } = scene(async function* (audio, _rate, { signal }) {
      signals.push(signal);
      for await (const _ of audio) yield "m";
    });
    speak();
    await stream.next();
    const part = stream.next();
    await stream.return(undefined);
    expect(await part).toEqual({ done: true, value: undefined });
    await clock.advance(0);
    expect([log, signals[0].aborted]).toEqual([["cancelled"], true]);
  });

  test("lets go of the caller's sound when the caller's signal fires, read or not", async () => {
    for (const isRead of [true, false]) {
      const { stream, log, abort, clock } = scene(async function* (audio) {
        for await (const _ of audio) yield "m";
      });
      const part = isRead ? stream.next().catch((error) => error) : undefined;
      await clock.advance(0);
      abort.abort(new Error("hung up"));
      await clock.advance(0);
      expect([log, await part]).toEqual([["cancelled"], isRead ? new Error("hung up") : undefined]);
    }
  });

  test("is not there where the first backend cannot do it", () => {
    const { transcribe, generate, speak } = voice("first");
    const backend = resilient({ transcribe, generate, speak }, { fallbacks: [voice("second")] });
    expect(backend.transcribeStream).toBeUndefined();
  });

  test("ends with the caller's sound that breaks off", async () => {
    const broken = new ReadableStream<Int16Array>({
      pull: (controller) => controller.error(new Error("line")),
    });
    const clock = new VirtualClock();
    const backend = resilient({
      ...voice("first"),
      async *transcribeStream(audio) {
        for await (const _ of audio) yield "m";
      },
    }, { clock });
    const stream = backend.transcribeStream!(broken, 16_000, stepOptions())[Symbol.asyncIterator]();
    const error = await clock.runUntil(stream.next().catch((error) => error));
    expect(error.cause).toEqual(new Error("line"));
    expect(clock.pending).toBe(0);
  });
});
