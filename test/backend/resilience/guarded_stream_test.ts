import { describe, expect, test } from "bun:test";
import { resilient, StepError, type VoiceBackend } from "../../../src/backend/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { stepOptions, voice } from "../../support/voices.ts";

/** A stream of words that notes what is done to it, given by a guarded backend. */
async function open(words: Iterable<string | Promise<string>>) {
  const clock = new VirtualClock();
  const log: string[] = [];
  const inner = words[Symbol.iterator]();
  const signals: AbortSignal[] = [];
  const generate: VoiceBackend["generate"] = (_text, _sessionId, _history, { signal }) => {
    signals.push(signal);
    return {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          log.push("next");
          const { done, value } = inner.next();
          return done ? { done, value: undefined } : { done: false, value: await value };
        },
        return: () => {
          log.push("return");
          return new Promise(() => {});
        },
      }),
    };
  };
  const abort = new AbortController();
  const backend = resilient({ ...voice("first"), generate }, {
    clock,
    fallbacks: [voice("second")],
    generate: { firstPartMs: 1000, nextPartMs: 2000 },
  });
  const options = stepOptions({ signal: abort.signal });
  const answer = await backend.generate("Hello?", "1", [], options) as AsyncIterable<string>;
  const stream = answer[Symbol.asyncIterator]() as AsyncGenerator<string>;
  return { clock, log, abort, stream, signal: signals[0] };
}

const never = new Promise<string>(() => {});

describe("a stream through resilient", () => {
  test("reads one part to see that the answer begins, and each further one when it is asked for", async () => {
    const { clock, log, stream } = await open(["a", "b", "c"]);
    await clock.advance(60_000);
    expect(log).toEqual(["next"]);
    expect(await stream.next()).toEqual({ done: false, value: "a" });
    await clock.advance(60_000);
    expect(log).toEqual(["next"]);
    expect(await stream.next()).toEqual({ done: false, value: "b" });
    expect(log).toEqual(["next", "next"]);
    expect(await stream.next()).toEqual({ done: false, value: "c" });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual(["next", "next", "next", "next"]);
    expect(clock.pending).toBe(0);
  });

  test("gives parts in order to one who asks for many at once", async () => {
    const slow = Promise.resolve().then(() => "b");
    const { stream } = await open(["a", slow, "c"]);
    const asked = [stream.next(), stream.next(), stream.next(), stream.next()];
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([
      "a",
      "b",
      "c",
      undefined,
    ]);
  });

  test("asks the backend for one part at a time, however many are asked for", async () => {
    const { clock, log, stream } = await open(["a", never, "c"]);
    const asked = [stream.next(), stream.next(), stream.next()];
    await clock.advance(1000);
    expect(log).toEqual(["next", "next"]);
    await stream.return(undefined);
    expect((await Promise.all(asked)).map(({ value }) => value)).toEqual([
      "a",
      undefined,
      undefined,
    ]);
  });

  test("closes the backend's stream and fires its signal when nobody reads on", async () => {
    const { clock, log, stream, signal } = await open(["a", "b"]);
    await stream.next();
    expect(await stream.return(undefined)).toEqual({ done: true, value: undefined });
    expect([log, signal.aborted]).toEqual([["next", "return"], true]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  test("does not wait for a part that never comes when nobody reads on", async () => {
    const { clock, log, stream } = await open(["a", never]);
    await stream.next();
    const part = stream.next();
    await clock.advance(100);
    await stream.return(undefined);
    expect(await part).toEqual({ done: true, value: undefined });
    expect(log).toEqual(["next", "next", "return"]);
    expect(clock.pending).toBe(0);
  });

  test("ends with the caller's reason when the caller's signal fires", async () => {
    const { clock, log, abort, stream, signal } = await open(["a", never]);
    await stream.next();
    const part = stream.next().catch((error) => error);
    await clock.advance(100);
    abort.abort(new Error("hung up"));
    expect(await part).toEqual(new Error("hung up"));
    expect([log, signal.reason]).toEqual([["next", "next", "return"], new Error("hung up")]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  test("is closed by the caller's signal while nobody asks for a part", async () => {
    const { log, abort, stream } = await open(["a", "b"]);
    abort.abort(new Error("hung up"));
    expect(log).toEqual(["next", "return"]);
    expect(await stream.next().catch((error) => error)).toEqual(new Error("hung up"));
  });

  test("breaks off with a StepError, and no other backend goes on in the middle", async () => {
    const { clock, log, stream, signal } = await open(["a", never]);
    await stream.next();
    const error = await clock.runUntil(stream.next().catch((error) => error));
    expect(error).toBeInstanceOf(StepError);
    expect(error.message).toBe(
      "Cannot generate to the end as an answer must not break off: current value is 1 attempts in " +
        "2000 ms, the last at backend 0: Cannot wait any longer as generate.nextPartMs has passed: " +
        "current value is 2000",
    );
    expect([log, signal.aborted]).toEqual([["next", "next", "return"], true]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("lets go of the caller's signal at its end", async () => {
    const { log, abort, stream, signal } = await open(["a"]);
    await stream.next();
    await stream.next();
    abort.abort();
    expect([log, signal.aborted]).toEqual([["next", "next"], false]);
  });
});

describe("a stream whose first part is wrong", () => {
  test("is closed, and its signal fires", async () => {
    let closed = 0;
    const signals: AbortSignal[] = [];
    const wrong = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: 42 as unknown as string }),
        return: () => Promise.resolve({ done: true as const, value: void closed++ }),
      }),
    };
    const generate: VoiceBackend["generate"] = (_text, _sessionId, _history, { signal }) => {
      signals.push(signal);
      return wrong;
    };
    const backend = resilient({ ...voice("first"), generate }, { clock: new VirtualClock() });
    const answer = Promise.resolve(backend.generate("Hello?", "1", [], stepOptions()));
    expect((await answer.catch((error) => error)).cause).toBeInstanceOf(TypeError);
    expect([closed, signals[0].aborted]).toEqual([1, true]);
  });
});

describe("a stream that comes too late", () => {
  test("is closed unread", async () => {
    const clock = new VirtualClock();
    let closed = 0;
    const late: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error("must not be read")),
        return: () => Promise.resolve({ done: true, value: void closed++ }),
      }),
    };
    const generate = async () => {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 9000));
      return late;
    };
    const fallbacks = [voice("second")];
    const backend = resilient({ ...voice("first"), generate }, { clock, fallbacks });
    const answer = Promise.resolve(backend.generate("Hello?", "1", [], stepOptions()));
    expect(await clock.runUntil(answer)).toBe("second says it");
    expect([clock.now(), closed]).toEqual([6000, 0]);
    await clock.advance(3000);
    expect(closed).toBe(1);
  });
});
