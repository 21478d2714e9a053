/** Steps that were begun for nothing, and steps that give what they should not. */
import { describe, expect, test } from "bun:test";
import { BackendStream, type StepOptions } from "../../src/backend/mod.ts";
import { streamOf } from "../support/stream_of.ts";
import { ConversationRig, quick, sleep } from "./conversation_rig.ts";

describe("a step that is called off", () => {
  test("is not begun again: a guess that was cancelled is no guess that failed", async () => {
    const isAborted: boolean[] = [];
    const transcribe = async (_audio: Int16Array, _rate: number, options: StepOptions) => {
      isAborted.push(options.signal.aborted);
      await sleep(() => rig, 400, options);
      return "Hi.";
    };
    const rig: ConversationRig = new ConversationRig({ transcribe }, {
      conversation: { speculate: true },
    });
    await rig.caller("########.?.|", { newTurn: true });
    await rig.end();
    await rig.clock.advance(1000);
    expect(isAborted).toEqual([false]);
  });

  test("knows it when its turn has failed without a word, and changes nothing any more", async () => {
    let answer: (text: string) => void = () => {};
    let signal: AbortSignal | undefined;
    const rig = new ConversationRig({
      transcribe: (_audio, _rate, options) => {
        signal = options.signal;
        return new Promise((resolve) => answer = resolve);
      },
    }, { conversation: { failure: { apology: false }, firstAudioMs: 1000 } });
    await rig.speak();
    await rig.clock.advance(1500);
    expect(signal?.aborted).toBe(true);
    answer("Late.");
    await rig.clock.advance(500);
    expect(rig.history).toEqual([]);
    expect(rig.kinds).toEqual(["turn-begin", "turn-end", "failure"]);
    await rig.end();
  });

  test("knows it when the frames end in the middle of a turn", async () => {
    let signal: AbortSignal | undefined;
    const backend = {
      ...quick(),
      async *transcribeStream(
        audio: ReadableStream<Int16Array>,
        _rate: number,
        options: StepOptions,
      ) {
        signal = options.signal;
        for await (const _ of audio);
        yield "Hi.";
      },
    };
    const call = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
    const { readable, writable } = new BackendStream(backend, call);
    const samples = new Int16Array(320);
    const frame = { sampleRate: 16_000, samples, timestamp: 0, turn: 1, speech: true };
    await streamOf([frame]).pipeTo(writable);
    expect(await Array.fromAsync(readable)).toEqual([]);
    expect(signal?.aborted).toBe(true);
  });
});

describe("an answer that is prepared", () => {
  test("and fails is made again when the turn is over", async () => {
    let asked = 0;
    const rig = new ConversationRig({
      generate() {
        if (asked++ === 0) throw new Error("busy");
        return "Yes.";
      },
    }, { conversation: { speculate: true } });
    await rig.caller("########.?....|", { newTurn: true });
    await rig.clock.advance(500);
    expect(rig.said).toEqual(["1 Yes. @280"]);
    expect(rig.errors).toEqual([]);
    expect(asked).toBe(2);
    await rig.end();
  });
});

describe("a backend that hears while the caller speaks", () => {
  test.each([
    ["a promise", () => Promise.resolve(["Hi."]), "Promise"],
    ["nothing", () => undefined, "undefined"],
  ])("and gives %s is told what it should give, and asked for the whole turn", async (
    _name,
    transcribeStream,
    value,
  ) => {
    const rig = new ConversationRig({ transcribeStream: transcribeStream as never });
    await rig.speak();
    await rig.clock.advance(200);
    expect(rig.events.find(({ type }) => type === "restart")).toMatchObject({
      error: {
        message: "Cannot hear a turn as transcribeStream gives a stream of strings: " +
          `current value is ${value}`,
      },
    });
    expect(rig.history.map(({ text }) => text)).toEqual(["Hi."]);
    await rig.end();
  });
});
