/** Backends that hold to nothing, and a call that they must not keep. */
import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { type Backend, mock, type Speech, type VoiceBackend } from "../../src/backend/mod.ts";
import { loadResampler } from "../../src/resample/mod.ts";
import { VirtualCall } from "./virtual_call.ts";

await loadResampler();

const VOICE = new Uint8Array(160).fill(0x90);
const SILENCE = new Uint8Array(160).fill(0xff);
const detector = {
  detect: (samples: Int16Array) => Math.abs(samples[5]) > 1000 ? 1 : 0,
  close: () => {},
};

/** Never settles. */
function never<T>(): Promise<T> {
  return new Promise(() => {});
}

/** A call in which somebody has said something and waits for the answer. */
async function asked(backend: Backend): Promise<VirtualCall> {
  const call = new VirtualCall({
    backend,
    detector,
    conversation: { failure: { apology: false } },
  });
  for (let i = 0; i < 30; i++) await call.send(VOICE);
  for (let i = 0; i < 75; i++) await call.send(SILENCE);
  expect(call.events.map(({ type }) => type)).toContain("turn-end");
  return call;
}

/** Ends a call and says what is left of it. */
async function over(call: VirtualCall) {
  await call.clock.runUntil(call.end());
  await call.clock.advance(60_000);
  return { timers: call.clock.pending, opened: call.detectorsMade - call.detectorsClosed };
}

/** What the caller heard that is no silence, in packets. */
function loud(call: VirtualCall): number {
  return call.heard.filter(({ payload }) => payload.some((byte) => (byte & 0x7f) < 0x60)).length;
}

/** An iterator that does as a broken client of a service does. */
function stream<T>(next: () => Promise<IteratorResult<T>>, end: () => Promise<never>) {
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

const TONE = Int16Array.from({ length: 8000 }, (_, i) => i % 8 < 4 ? 8000 : -8000);
const SECOND: Speech = { samples: TONE, sampleRate: 8000 };

describe("a call whose backend", () => {
  const hanging: [string, Partial<VoiceBackend>][] = [
    ["never understands", { transcribe: () => never() }],
    ["never thinks", { generate: () => never() }],
    ["never speaks", { speak: () => never() }],
    ["gives no first word, and hangs when it is told to end", {
      generate: () => stream<string>(never, never),
    }],
    ["gives no first sound, and hangs when it is told to end", {
      speak: () => stream<Speech>(never, never),
    }],
    ["stops in the middle, and hangs when it is told to end", {
      speak() {
        const parts = [SECOND];
        const next = () => {
          const value = parts.shift();
          return value ? Promise.resolve({ done: false as const, value }) : never<never>();
        };
        return stream<Speech>(next, never);
      },
    }],
    ["throws when it is told to end", {
      speak: () =>
        stream<Speech>(never, () => {
          throw new Error("no");
        }),
    }],
    ["never greets", { onCallStart: () => never() }],
  ];

  test.each(hanging)("%s ends all the same, and leaves nothing", async (_, steps) => {
    const call = await asked({ ...mock(), ...steps });
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });

  test("goes on speaking after it was told to stop is not heard any more", async () => {
    let parts = 0;
    const call = await asked({
      ...mock(),
      speak: () => ({
        async *[Symbol.asyncIterator]() {
          for (;; parts++) {
            yield SECOND;
            await new Promise<void>((resolve) => void call.clock.setTimer(resolve, 100));
          }
        },
      }),
    });
    expect(loud(call)).toBeGreaterThan(10);
    for (let i = 0; i < 60; i++) await call.send(VOICE);
    call.heard.length = 0;
    for (let i = 0; i < 20; i++) await call.send(VOICE);
    expect(loud(call)).toBe(0);
    await call.clock.runUntil(call.end());
    const before = parts;
    await call.clock.advance(10_000);
    expect(parts - before).toBeLessThanOrEqual(1);
  });

  test("speaks one sample at a time is heard as any other", async () => {
    const call = await asked({
      ...mock(),
      async *speak() {
        for (let at = 0; at < 4000; at++) {
          yield { samples: TONE.subarray(at, at + 1), sampleRate: 8000 };
        }
      },
    });
    expect(loud(call)).toBeGreaterThanOrEqual(25);
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });

  test("speaks a minute at once is paced, and cut when the caller speaks", async () => {
    const minute = new Int16Array(60 * 8000).map((_, i) => TONE[i % 8000]);
    const call = await asked({ ...mock(), speak: () => ({ samples: minute, sampleRate: 8000 }) });
    const before = call.heard.length;
    for (let i = 0; i < 60; i++) await call.send(VOICE);
    expect(call.heard.length - before).toBeLessThanOrEqual(61);
    call.heard.length = 0;
    for (let i = 0; i < 20; i++) await call.send(VOICE);
    expect(loud(call)).toBe(0);
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });

  const wrong: [string, unknown][] = [
    ["floats", { samples: new Float32Array(800), sampleRate: 8000 }],
    ["bytes", new Uint8Array(800)],
    ["a rate that is none", { samples: TONE, sampleRate: 24_000.5 }],
    ["a rate as text", { samples: TONE, sampleRate: "8000" }],
    ["nothing", undefined],
    ["a list", [SECOND]],
  ];
  test.each(wrong)("speaks %s is told what is wrong, and goes on", async (_, sound) => {
    const call = await asked({ ...mock(), speak: () => sound as Speech });
    expect(String(call.errors[0])).toMatch(/^(Type|Range)Error: Cannot play speech as .*current/);
    let isOver = false;
    void call.ended.then(() => isOver = true);
    await call.send(SILENCE);
    expect(isOver).toBe(false);
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });
});

describe("a call whose stream of sound", () => {
  /** A backend that answers each frame of the caller with what `frames` give once. */
  function saying(...frames: unknown[]): Backend {
    return {
      converse: (audio) => {
        const [said] = [frames.splice(0)];
        return audio.pipeThrough(
          new TransformStream<AudioFrame, AudioFrame>({
            transform(_, controller) {
              for (const frame of said.splice(0)) controller.enqueue(frame as AudioFrame);
            },
          }),
        );
      },
    };
  }

  test("says a minute in one frame is paced", async () => {
    const minute = new Int16Array(60 * 8000).map((_, i) => TONE[i % 8000]);
    const call = new VirtualCall({
      backend: saying({ samples: minute, sampleRate: 8000, timestamp: 0 }),
    });
    for (let i = 0; i < 100; i++) await call.send(SILENCE);
    expect(loud(call)).toBeGreaterThan(80);
    expect(call.heard.length).toBeLessThanOrEqual(101);
    expect(new Set(call.heard.map(({ payload }) => payload.length))).toEqual(new Set([160]));
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });

  test("says one sample in each frame, at a rate of its own, is heard", async () => {
    const ones = Array.from(
      { length: 24_000 },
      (_, i) => ({
        samples: Int16Array.of(i % 24 < 12 ? 8000 : -8000),
        sampleRate: 24_000,
        timestamp: i,
      }),
    );
    const call = new VirtualCall({ backend: saying(...ones) });
    for (let i = 0; i < 100; i++) await call.send(SILENCE);
    expect(loud(call)).toBeGreaterThanOrEqual(48);
    expect(loud(call)).toBeLessThanOrEqual(53);
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });

  const wrong: [string, unknown][] = [
    ["floats", { samples: new Float32Array(160), sampleRate: 8000, timestamp: 0 }],
    ["bytes", new Uint8Array(160)],
    ["a rate that is none", { samples: TONE, sampleRate: 12.5, timestamp: 0 }],
    ["nothing", undefined],
    ["text", "Hello."],
  ];
  test.each(wrong)("gives %s ends with an error that says so", async (_, frame) => {
    const call = new VirtualCall({ backend: saying(frame) });
    for (let i = 0; i < 50; i++) await call.send(SILENCE);
    const failure = await call.clock.runUntil(call.ended.catch((error: unknown) => error));
    expect(String(failure)).toMatch(/^(Type|Range)Error: Cannot .*: current value is/);
  });

  const stuck: [string, () => ReadableWritablePair<AudioFrame, AudioFrame>][] = [
    ["neither takes nor gives anything", () => ({
      readable: new ReadableStream({ pull: () => never<void>(), cancel: () => never<void>() }),
      writable: new WritableStream({ write: () => never<void>(), abort: () => never<void>() }),
    })],
    ["takes all and gives nothing", () => ({
      readable: new ReadableStream({ cancel: () => never<void>() }),
      writable: new WritableStream({ close: () => never<void>() }),
    })],
  ];
  test.each(stuck)("%s ends when the caller hangs up", async (_, make) => {
    const call = new VirtualCall({ backend: make });
    for (let i = 0; i < 50; i++) await call.send(SILENCE);
    expect(await over(call)).toEqual({ timers: 0, opened: 0 });
  });
});
