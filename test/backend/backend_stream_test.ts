import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import {
  BackendStream,
  type BackendStreamOptions,
  type CallInfo,
  type HistoryEntry,
  mock,
  type VoiceBackend,
} from "../../src/backend/mod.ts";
import { streamOf } from "../support/stream_of.ts";
import { turnOfEvents } from "../support/wait.ts";

const call: CallInfo = {
  sessionId: "call-1",
  from: { user: "alice" },
  to: { user: "bot" },
  headers: {},
};

const frame: AudioFrame = { sampleRate: 16_000, samples: new Int16Array(320), timestamp: 0 };

/** A conversation whose two ends a test holds. */
function open(backend: VoiceBackend, options: BackendStreamOptions = {}) {
  // What is said after a failure has tests of its own.
  const conversation = { failure: { apology: false } } as const;
  const stream = new BackendStream(backend, call, { conversation, ...options });
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  return {
    writer,
    reader,
    say: async (turn: number) => {
      await writer.write({ ...frame, turn });
      await writer.write({ ...frame, turn, endOfTurn: true });
    },
    /** Reads until a sentence begins, returns its words and turn. */
    hear: async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return "end";
        if (value.text !== undefined) return `${value.turn}: ${value.text}`;
      }
    },
  };
}

/** A backend that answers at once and whose steps a test replaces. */
function quick(steps: Partial<VoiceBackend> = {}): VoiceBackend {
  return { ...mock({ script: [{ hears: "Hi.", says: "Yes." }], msPerCharacter: 20 }), ...steps };
}

describe("BackendStream", () => {
  test("greets as turn 0, then answers each turn under its number", async () => {
    const { say, hear } = open(mock({
      greeting: "Hello.",
      script: [{ hears: "a", says: "One." }, { hears: "b", says: "Two." }],
    }));
    expect(await hear()).toBe("0: Hello.");
    await say(1);
    expect(await hear()).toBe("1: One.");
    await say(2);
    expect(await hear()).toBe("2: Two.");
  });

  test("gives the utterance with what came before it to transcribe", async () => {
    let heard: Int16Array | undefined;
    const { writer, say } = open(quick({
      transcribe(audio, sampleRate) {
        expect(sampleRate).toBe(16_000);
        heard = audio;
        return "";
      },
    }));
    for (let i = 0; i < 40; i++) {
      await writer.write({ ...frame, samples: new Int16Array(320).fill(i) });
    }
    await say(1);
    await writer.write(frame);
    expect(heard?.length).toBe(17 * 320); // 300 ms before, 40 ms of the turn
    expect(heard?.[0]).toBe(25);
  });

  test("speaks the first sentence while the second is still being thought of", async () => {
    const { promise, resolve: more } = Promise.withResolvers<string>();
    const { say, hear } = open(quick({
      async *generate() {
        yield "One. T";
        yield await promise;
      },
    }));
    await say(1);
    expect(await hear()).toBe("1: One.");
    more("wo.");
    expect(await hear()).toBe("1: Two.");
  });

  test("takes speech as a promise, a generator or a stream, in parts of any size", async () => {
    const speech = { samples: new Int16Array(700).fill(9), sampleRate: 16_000 };
    for (
      const speak of [
        () => Promise.resolve(speech),
        async function* () {
          yield { ...speech, samples: speech.samples.subarray(0, 1) };
          yield { ...speech, samples: speech.samples.subarray(1) };
        },
        () => streamOf([speech]),
        () => Promise.resolve(streamOf([speech])),
      ]
    ) {
      const { say, reader } = open(quick({ speak }));
      await say(1);
      const frames = [await reader.read(), await reader.read(), await reader.read()];
      expect(frames.map(({ value }) => value?.timestamp)).toEqual([0, 320, 640]);
      expect(frames.map(({ value }) => value?.samples.length)).toEqual([320, 320, 320]);
      const last = frames[2].value!.samples;
      expect([last[59], last[60]]).toEqual([9, 0]);
    }
  });

  test("stops the agent when the caller speaks, and remembers what was heard", async () => {
    const history: HistoryEntry[] = [];
    const interrupted: number[] = [];
    const told: unknown[] = [];
    const signals: AbortSignal[] = [];
    const backend = quick({
      generate: () => "You can come any day from nine to five.",
      speak(text, { signal }) {
        signals.push(signal);
        return { samples: new Int16Array(text.length * 320), sampleRate: 16_000 };
      },
      onInterrupt: (spoken) => void told.push(spoken),
    });
    const { say, hear, writer } = open(backend, {
      history,
      onInterrupt: (turn) => void interrupted.push(turn),
      played: () => [{ text: "", heardMs: 400 }],
    });
    await say(1);
    await hear();
    await writer.write({ ...frame, turn: 2 });
    expect(interrupted).toEqual([1, 2]);
    expect(signals[0].aborted).toBe(true);
    expect(history).toEqual([
      { role: "caller", text: "Hi." },
      { role: "agent", text: "You can come any day", interrupted: true },
    ]);
    await Promise.resolve();
    expect(told).toEqual([{ heard: "You can come any day", unheard: "from nine to five." }]);
  });

  test("notices the caller although nobody pulls the agent's speech", async () => {
    const { say, writer } = open(quick());
    await say(1);
    for (let i = 0; i < 1000; i++) await writer.write(frame);
    await say(2);
  });

  test("ends each reply with a frame of silence that says so", async () => {
    const { say, reader, writer } = open(quick());
    await say(1);
    await writer.close();
    const frames: AudioFrame[] = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      frames.push(value);
    }
    expect(frames.map(({ endOfTurn }) => endOfTurn)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      true,
    ]);
    expect(frames[4].samples).toEqual(new Int16Array(320));
  });

  test("keeps words and sound together when a sentence has no sound", async () => {
    const history: HistoryEntry[] = [];
    const silent = quick({
      generate: () => "One. (Pause.) Two.",
      speak: (text) => ({
        samples: new Int16Array(text.startsWith("(") ? 0 : 6400),
        sampleRate: 16_000,
      }),
    });
    const { say, hear, writer } = open(silent, {
      history,
      played: () => [{ text: "One.", heardMs: 400 }, { text: "Two.", heardMs: 400 }],
    });
    await say(1);
    expect(await hear()).toBe("1: One.");
    expect(await hear()).toBe("1: Two.");
    await turnOfEvents();
    await writer.write({ ...frame, turn: 2 });
    expect(history.at(-1)?.text).toBe("One. Two.");
  });

  test("loses nothing of a caller who goes on before the first words are understood", async () => {
    const heard: number[] = [];
    const { promise, resolve } = Promise.withResolvers<string>();
    const backend = quick({
      transcribe: (audio) => {
        heard.push(audio.length);
        return heard.length === 1 ? promise : "555 1234.";
      },
    });
    const history: HistoryEntry[] = [];
    const { say, hear } = open(backend, { history });
    const next = hear();
    await say(1);
    while (heard.length === 0) await turnOfEvents();
    await say(2);
    expect(await next).toBe("2: Yes.");
    expect(heard).toEqual([640, 1280]);
    expect(history).toEqual([{ role: "caller", text: "555 1234." }]);
    resolve("too late");
  });

  test("takes a hang-up and a failure for no interruption", async () => {
    let failures = 0;
    for (const end of ["hang-up", "failure"]) {
      const told: unknown[] = [];
      const history: HistoryEntry[] = [];
      const { say, hear, reader, writer } = open(
        quick({
          generate: () => "One two three. Four.",
          speak: (text) => {
            if (end === "failure" && text === "Four.") throw new Error("hoarse");
            return { samples: new Int16Array(9600), sampleRate: 16_000 };
          },
          onInterrupt: (spoken) => void told.push(spoken),
        }),
        {
          history,
          played: () => [{ text: "", heardMs: 300 }],
          onError: () => void failures++,
        },
      );
      await say(1);
      expect(await hear()).toBe("1: One two three.");
      if (end === "hang-up") await reader.cancel();
      else {
        const rest = hear();
        while (failures === 0) await turnOfEvents();
        await writer.write({ ...frame, turn: 2 });
        await Promise.race([rest, turnOfEvents()]);
      }
      await turnOfEvents();
      expect(told).toEqual([]);
      expect(history.at(-1)).toEqual({ role: "agent", text: "One two" });
    }
  });

  test("makes speech no more than some seconds before it is pulled", async () => {
    let parts = 0;
    const { say, reader } = open(quick({
      async *speak() {
        for (;;) {
          parts++;
          yield { samples: new Int16Array(320), sampleRate: 16_000 };
        }
      },
    }));
    await say(1);
    for (let i = 0; i < 10; i++) await reader.read();
    for (let i = 0; i < 50; i++) await turnOfEvents();
    // 3 s of 20 ms each, what was read, and what is on its way.
    expect(parts).toBeGreaterThan(150);
    expect(parts).toBeLessThan(165);
  });

  test("goes on after a step that fails, and says so", async () => {
    for (const step of ["transcribe", "generate", "speak"] as const) {
      const errors: unknown[] = [];
      const told: unknown[] = [];
      let fail = true;
      const good = quick();
      const backend = quick({
        [step]: (...args: never[]) => {
          if (fail) throw new Error(`no ${step}`);
          return (good[step] as (...args: never[]) => unknown)(...args);
        },
        onError: (error) => void told.push((error as Error).message),
      });
      const { say, hear } = open(backend, { onError: (error) => errors.push(error) });
      const next = hear();
      await say(1);
      while (told.length === 0) await turnOfEvents();
      expect(errors.map(String)).toEqual([`Error: no ${step}`]);
      expect(told).toEqual([`no ${step}`]);
      fail = false;
      await say(2);
      expect(await next).toBe("2: Yes.");
    }
  });

  const samples = new Int16Array(320);
  test.each<[string, Partial<VoiceBackend>, string]>([
    ["transcribe", { transcribe: () => undefined as unknown as string }, "undefined"],
    ["generate", { generate: () => ["Yes."] as unknown as string }, "Array"],
    ["speak", { speak: () => undefined as never }, "undefined"],
    ["speak", { speak: () => "a.wav" as never }, "a.wav"],
    ["speak", {
      speak: () => ({ samples: new Float32Array(9), sampleRate: 8000 }) as never,
    }, "{ samples: Float32Array, sampleRate: 8000 }"],
    ["sampleRate", { speak: () => ({ samples, sampleRate: 0 }) }, "0"],
    ["sampleRate", { speak: () => ({ samples, sampleRate: NaN }) }, "NaN"],
    ["sampleRate", { speak: () => ({ samples, sampleRate: 96_000 }) }, "96000"],
  ])("says what %s has to give, and the call goes on: %#", async (name, steps, value) => {
    const errors: unknown[] = [];
    const { say, hear, writer } = open(quick(steps), { onError: (error) => errors.push(error) });
    await say(1);
    await writer.close();
    expect(await hear()).toBe("end");
    expect(errors.length).toBe(1);
    expect(String(errors[0])).toContain(name);
    expect(String(errors[0])).toContain(`current value is ${value}`);
  });

  test("leaves a step that never returns behind when the caller speaks again", async () => {
    let calls = 0;
    const { say, hear } = open(quick({
      generate: () => calls++ === 0 ? new Promise<string>(() => {}) : "Here.",
    }));
    const next = hear();
    await say(1);
    while (calls === 0) await turnOfEvents();
    await say(2);
    expect(await next).toBe("2: Here.");
  });

  test("says nothing when nothing was said", async () => {
    const { say, hear } = open(quick({
      transcribe: (_audio, _rate, { sessionId }) => sessionId === "call-1" ? " " : "x",
      generate: () => "Never.",
    }));
    const next = hear();
    await say(1);
    await say(2);
    expect(await Promise.race([next, Promise.resolve("silence")])).toBe("silence");
  });

  test("ends both sides, and the step under way, when either is ended", async () => {
    for (const end of ["cancel", "abort"] as const) {
      let signal: AbortSignal | undefined;
      const { say, reader, writer } = open(quick({
        generate: (_text, _id, _history, options) => {
          signal = options.signal;
          return new Promise<string>(() => {});
        },
      }));
      const reading = reader.read().then(({ done }) => done, (error) => error);
      await say(1);
      while (signal === undefined) await turnOfEvents();
      if (end === "cancel") await reader.cancel("gone");
      else await writer.abort("gone").catch(() => {});
      expect(signal.aborted).toBe(true);
      expect(await reading).toBe(end === "cancel" ? true : "gone");
      await expect(writer.write(frame)).rejects.toBe("gone");
    }
  });

  test("ends its frames when the caller's end and the last reply is out", async () => {
    const { say, hear, writer } = open(quick());
    await say(1);
    await writer.close();
    expect(await hear()).toBe("1: Yes.");
    expect(await hear()).toBe("end");
  });
});
