import { describe, expect, test } from "bun:test";
import {
  type ResilienceOptions,
  resilient,
  StepError,
  type StepEvent,
  type VoiceBackend,
} from "../../../src/backend/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { askFor, outcomeOf, stepOptions, voice } from "../../support/voices.ts";

/** A backend with `steps` in it, guarded, and what was told of it. */
function guard(steps: Partial<VoiceBackend>, options: ResilienceOptions = {}) {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const events: StepEvent[] = [];
  const backend = resilient({ ...voice("first"), ...steps }, { clock, random, ...options });
  return { clock, events, backend, options: stepOptions({ events }) };
}

/** A step that fails `times` times before it answers. */
function failing(times: number, answer = "Yes.") {
  const asked = { times: 0, signals: [] as AbortSignal[] };
  const step = (signal: AbortSignal) => {
    asked.signals.push(signal);
    if (++asked.times <= times) throw new Error(`failure ${asked.times}`);
    return answer;
  };
  return { asked, step };
}

describe("resilient", () => {
  test("gives the whole where the backend gives the whole, and a stream where it gives a stream", async () => {
    for (const form of ["whole", "parts"] as const) {
      const backend = resilient(voice("first", form), { clock: new VirtualClock() });
      for (const step of ["transcribe", "generate", "speak"] as const) {
        const { isStream, parts } = await outcomeOf(() => askFor(backend, step, stepOptions()));
        expect([step, isStream, parts.length]).toEqual([step, form === "parts", isStream ? 3 : 1]);
      }
    }
  });

  test("tries again after a wait that chance makes shorter", async () => {
    const { step, asked } = failing(1);
    const { clock, events, backend, options } = guard({
      transcribe: (_a, _r, o) => step(o.signal),
    });
    const answer = Promise.resolve(askFor(backend, "transcribe", options));
    expect(await clock.runUntil(answer)).toBe("Yes.");
    const { waitMs } = events[0] as Extract<StepEvent, { type: "retry" }>;
    expect(events).toEqual([
      { type: "retry", step: "transcribe", attempt: 1, waitMs, error: new Error("failure 1") },
    ]);
    expect(waitMs).toBeGreaterThanOrEqual(100);
    expect(waitMs).toBeLessThan(200);
    expect(clock.now()).toBe(waitMs);
    expect(asked.signals[0]).not.toBe(asked.signals[1]);
  });

  test("waits twice as long before each further attempt", async () => {
    const { step } = failing(3);
    const { clock, events, backend, options } = guard(
      { transcribe: (_a, _r, o) => step(o.signal) },
      {
        transcribe: { attempts: 4, jitter: 0, waitMs: 100 },
      },
    );
    await clock.runUntil(outcomeOf(() => askFor(backend, "transcribe", options)));
    expect(events.map((event) => event.type === "retry" && event.waitMs)).toEqual([100, 200, 400]);
  });

  test("asks a model once, unless it may be asked again", async () => {
    const once = failing(1);
    const careful = guard({ generate: (_t, _s, _h, o) => once.step(o.signal) });
    const { error } = await outcomeOf(() => askFor(careful.backend, "generate", careful.options));
    expect(error).toBeInstanceOf(StepError);
    expect([once.asked.times, careful.events]).toEqual([1, []]);

    const twice = failing(1);
    const { clock, backend, options } = guard(
      { generate: (_t, _s, _h, o) => twice.step(o.signal) },
      {
        generate: { attempts: 2 },
      },
    );
    expect(await clock.runUntil(outcomeOf(() => askFor(backend, "generate", options)))).toEqual({
      parts: ["Yes."],
      isStream: false,
    });
  });

  test("does not try again what is said to be in vain", async () => {
    const { step, asked } = failing(1);
    const { backend, options } = guard({ transcribe: (_a, _r, o) => step(o.signal) }, {
      transcribe: { isRetriable: (error) => (error as Error).message !== "failure 1" },
    });
    await outcomeOf(() => askFor(backend, "transcribe", options));
    expect(asked.times).toBe(1);
  });

  test("says which step failed, at which backend, how often and for how long", async () => {
    const down = () => Promise.reject(new Error("no voice"));
    const { clock, backend, options } = guard({ speak: down }, {
      fallbacks: [{ ...voice("second"), speak: down }],
      speak: { jitter: 0 },
    });
    const { error } = await clock.runUntil(outcomeOf(() => askFor(backend, "speak", options)));
    expect(error).toBeInstanceOf(StepError);
    expect((error as StepError).message).toBe(
      "Cannot speak as at least one backend must answer: current value is 4 attempts in 400 ms, " +
        "the last at backend 1: no voice",
    );
    const { step, backend: index, cause } = error as StepError;
    expect([step, index, cause]).toEqual(["speak", 1, new Error("no voice")]);
  });

  test("stops the attempt that failed, and not the one that answered, even when the call ends", async () => {
    const { step, asked } = failing(1);
    const { clock, backend } = guard({ transcribe: (_a, _r, o) => step(o.signal) });
    const abort = new AbortController();
    const options = stepOptions({ signal: abort.signal });
    await clock.runUntil(outcomeOf(() => askFor(backend, "transcribe", options)));
    abort.abort();
    expect(asked.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test("stops the attempt that takes too long, and only that", async () => {
    const signals: AbortSignal[] = [];
    const { clock, events, backend, options } = guard({
      transcribe: (_audio, _rate, { signal }) => {
        signals.push(signal);
        return signals.length === 1 ? new Promise(() => {}) : "Yes.";
      },
    }, { transcribe: { firstPartMs: 1000, waitMs: 0 } });
    expect(await clock.runUntil(outcomeOf(() => askFor(backend, "transcribe", options)))).toEqual({
      parts: ["Yes."],
      isStream: false,
    });
    expect(clock.now()).toBe(1000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(signals[0].reason.name).toBe("TimeoutError");
    expect(options.signal.aborted).toBe(false);
    expect(events).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("counts the time to the first part from the start, not from the stream", async () => {
    const clock = new VirtualClock();
    const later = (ms: number) => new Promise<void>((resolve) => void clock.setTimer(resolve, ms));
    const backend = resilient({
      ...voice("first"),
      generate: async () => {
        await later(700);
        return (async function* () {
          await later(700);
          yield "late";
        })();
      },
    }, { clock, generate: { firstPartMs: 1000 } });
    const { error } = await clock.runUntil(
      outcomeOf(() => askFor(backend, "generate", stepOptions())),
    );
    expect((error as Error).message).toContain("1 attempts in 1000 ms");
  });

  test("passes over parts with nothing in them, which are no answer", async () => {
    const { backend, options } = guard({
      async *generate() {
        yield* ["", "", "Hi."];
      },
    });
    expect(await outcomeOf(() => askFor(backend, "generate", options))).toEqual({
      parts: ["Hi."],
      isStream: true,
    });
  });

  test("takes silence for the speech of a text without words, and an empty answer where it may be", async () => {
    const silence = { samples: new Int16Array(0), sampleRate: 8000 };
    const { backend, options } = guard({ speak: () => silence, generate: () => "" }, {
      generate: { mayBeEmpty: true },
    });
    expect(await backend.speak("...", options)).toBe(silence);
    expect(await backend.generate("Hello?", "1", [], options)).toBe("");
  });

  test("gives each attempt its own copy of the caller's sound", async () => {
    const heard: number[] = [];
    const { clock, backend, options } = guard({
      transcribe: (audio) => {
        heard.push(audio[0]);
        audio.fill(0);
        if (heard.length === 1) throw new Error("busy");
        return "Yes.";
      },
    });
    const asked = Promise.resolve(backend.transcribe(new Int16Array([7]), 16_000, options));
    await clock.runUntil(asked);
    expect(heard).toEqual([7, 7]);
  });

  test("is not stopped by a watcher that throws", async () => {
    const { step } = failing(1);
    const { clock, backend } = guard({ transcribe: (_a, _r, o) => step(o.signal) });
    const options = stepOptions({
      report: () => {
        throw new Error("watcher");
      },
    });
    expect(await clock.runUntil(outcomeOf(() => askFor(backend, "transcribe", options)))).toEqual({
      parts: ["Yes."],
      isStream: false,
    });
  });

  test("calls the methods of a class on their object", async () => {
    class Named implements VoiceBackend {
      readonly #name = "class";
      transcribe = () => this.#name;
      generate(): string {
        return this.#name;
      }
      speak(): never {
        throw new Error(this.#name);
      }
      onCallStart(): string {
        return this.#name;
      }
    }
    const backend = resilient(new Named(), { clock: new VirtualClock() });
    expect(await backend.generate("", "1", [], stepOptions())).toBe("class");
    expect(backend.onNoInput).toBeUndefined();
  });

  test.each<readonly [string, ResilienceOptions]>([
    ["must hear 16000 Hz", { fallbacks: [{ ...voice("second"), sampleRate: 8000 }] }],
    ["Cannot answer calls", { fallbacks: [{} as VoiceBackend] }],
    ["speak.firstPartMs must be", { speak: { firstPartMs: 0 } }],
    ["speak.nextPartMs must be", { speak: { nextPartMs: Infinity } }],
    ["generate.attempts must be", { generate: { attempts: 0 } }],
    ["generate.maxCharacters must be", { generate: { maxCharacters: 0 } }],
    ["transcribe.waitMs must be", { transcribe: { waitMs: -1 } }],
    ["transcribe.jitter must be", { transcribe: { jitter: 2 } }],
    ["greetingMs must be", { greetingMs: 0 }],
    ["failures must be", { speak: { circuit: { failures: 0 } } }],
  ])("refuses what is out of range: %s", (message, options) => {
    expect(() => resilient(voice("first"), options)).toThrow(message);
  });

  test("takes a fallback that says outright what the first hears", () => {
    const fallbacks = [{ ...voice("second"), sampleRate: 16_000 }];
    expect(resilient(voice("first"), { fallbacks }).sampleRate).toBeUndefined();
    const first = { ...voice("first"), sampleRate: 8000 };
    expect(resilient(first, {}).sampleRate).toBe(8000);
  });
});
