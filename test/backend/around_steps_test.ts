import { describe, expect, test } from "bun:test";
import {
  type AroundStep,
  aroundSteps,
  type AskedStep,
  type DuplexBackend,
  isDuplexBackend,
  isVoiceBackend,
  loopback,
  mock,
  requireBackend,
  type VoiceBackend,
} from "../../src/backend/mod.ts";

const options = { signal: new AbortController().signal, sessionId: "call 7" };

/** One with state of its own, and a private field that only it may touch. */
class Counting implements VoiceBackend {
  readonly sampleRate = 8000;
  #steps = 0;
  transcribe(): string {
    return `heard ${++this.#steps}`;
  }
  async *generate(text: string): AsyncGenerator<string> {
    yield `${text} ${++this.#steps}`;
    await Promise.resolve();
    yield "more";
  }
  speak(): Promise<never> {
    return Promise.reject(new Error("hoarse"));
  }
  onCallStart(): string {
    return `Good day ${++this.#steps}`;
  }
}

describe("aroundSteps()", () => {
  test("asks by whoever is around, who sees which step of which call it is", async () => {
    const asked: AskedStep[] = [];
    const around: AroundStep = (step, ask) => {
      asked.push(step);
      return ask();
    };
    const backend = aroundSteps(new Counting(), () => around) as VoiceBackend;
    expect(await backend.transcribe(new Int16Array(1), 8000, options)).toBe("heard 1");
    const parts = backend.generate("a", "call 7", [], options) as AsyncIterable<string>;
    expect(await Array.fromAsync(parts)).toEqual(["a 2", "more"]);
    await expect(Promise.resolve(backend.speak("b", options))).rejects.toThrow("hoarse");
    expect(asked).toEqual(
      (["transcribe", "generate", "speak"] as const).map((step) => ({ step, ...options })),
    );
  });

  test("leaves what is no step alone, and a backend what it is", () => {
    const around: AroundStep = () => "never";
    const backend = aroundSteps(new Counting(), () => around) as VoiceBackend;
    const call = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
    expect(backend.onCallStart!(call)).toBe("Good day 1");
    expect([backend.sampleRate, backend.transcribeStream, "onCallEnd" in backend]).toEqual([
      ...[8000, undefined, false],
    ]);
    expect("onCallStart" in backend).toBe(true);
    requireBackend(backend);
    expect([isVoiceBackend(backend), isDuplexBackend(backend)]).toEqual([true, false]);
    const stream = loopback();
    expect(aroundSteps(stream, () => around)).toBe(stream);
  });

  test("takes a frozen backend, and nobody around", async () => {
    const backend = aroundSteps(Object.freeze(mock()), () => undefined) as VoiceBackend;
    expect(await backend.transcribe(new Int16Array(1), 8000, options)).toBe("Something.");
  });

  test("is around who converses, too", () => {
    const steps: string[] = [];
    const duplex: DuplexBackend = { converse: (audio) => audio };
    const backend = aroundSteps(duplex, () => ({ step }, ask) => {
      steps.push(step);
      return ask();
    }) as DuplexBackend;
    const audio = new ReadableStream();
    const call = { sessionId: "1", from: { user: "a" }, to: { user: "b" }, headers: {} };
    expect(backend.converse(audio, call, { ...options, interrupt: () => 0 })).toBe(audio);
    expect(steps).toEqual(["converse"]);
  });
});
