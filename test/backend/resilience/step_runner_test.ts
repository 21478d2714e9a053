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

const circuit = { failures: 3, coolDownMs: 1000, jitter: 0 };

/** A backend whose model is as a test says, and what was asked of it and told. */
function scene(options: ResilienceOptions = {}) {
  const clock = new VirtualClock();
  const events: StepEvent[] = [];
  const model = { asked: 0, answer: (): ReturnType<VoiceBackend["generate"]> => "Yes." };
  const generate = () => {
    model.asked++;
    return model.answer();
  };
  const backend = resilient({ ...voice("first"), generate }, {
    clock,
    random: new SeededRandom(1),
    generate: { circuit },
    ...options,
  });
  return {
    clock,
    events,
    model,
    backend,
    fail: () => {
      throw new Error("no model");
    },
    ask: (signal = new AbortController().signal) =>
      outcomeOf(() => askFor(backend, "generate", stepOptions({ events, signal }))),
  };
}

const brief = (events: readonly StepEvent[]) =>
  events.map((event) =>
    event.type === "circuit" ? `${event.state} ${event.backend}` : `${event.type}`
  );

describe("fallbacks", () => {
  test("are asked in order, each as often as the first", async () => {
    const asked: string[] = [];
    const down = (name: string): VoiceBackend => ({
      ...voice(name),
      transcribe: () => {
        asked.push(name);
        throw new Error(`${name} is down`);
      },
    });
    const clock = new VirtualClock();
    const events: StepEvent[] = [];
    const backend = resilient(down("a"), { clock, fallbacks: [down("b"), voice("c")] });
    const outcome = outcomeOf(() => askFor(backend, "transcribe", stepOptions({ events })));
    expect((await clock.runUntil(outcome)).parts).toEqual(["c heard it"]);
    expect(asked).toEqual(["a", "a", "b", "b"]);
    expect(events.filter(({ type }) => type === "fallback")).toEqual([
      { type: "fallback", step: "transcribe", to: 1, error: new Error("a is down") },
      { type: "fallback", step: "transcribe", to: 2, error: new Error("b is down") },
    ]);
  });

  test("are asked at once while the circuit of the first is open", async () => {
    const { clock, events, model, ask, fail } = scene({ fallbacks: [voice("second")] });
    model.answer = fail;
    for (let i = 0; i < 5; i++) expect((await ask()).parts).toEqual(["second says it"]);
    expect([model.asked, clock.now()]).toEqual([3, 0]);
    expect(brief(events)).toEqual([
      ...["fallback", "fallback", "open 0", "fallback"],
      ...["fallback", "fallback"],
    ]);
  });
});

describe("the circuit of a step", () => {
  test("is shared by all calls, opens, lets one through to see, and closes", async () => {
    const { clock, events, model, ask, fail } = scene();
    model.answer = fail;
    for (let i = 0; i < 3; i++) expect((await ask()).error).toBeInstanceOf(StepError);
    const { error } = await ask();
    expect((error as Error).message).toBe(
      "Cannot generate as at least one backend must answer: current value is 0 attempts in 0 ms, the " +
        "last at backend 0: Cannot ask backend 0 to generate as its circuit must be closed: current " +
        "value is open",
    );
    expect(model.asked).toBe(3);

    await clock.advance(1000);
    const slow = Promise.withResolvers<string>();
    model.answer = () => slow.promise;
    const probe = ask();
    expect((await ask()).error).toBeInstanceOf(StepError);
    expect(model.asked).toBe(4);
    slow.resolve("Back.");
    expect((await probe).parts).toEqual(["Back."]);
    expect((await ask()).parts).toEqual(["Back."]);
    expect(brief(events)).toEqual(["open 0", "half-open 0", "closed 0"]);
    expect(clock.pending).toBe(0);
  });

  test("does not open because callers hang up", async () => {
    const { clock, events, model, ask } = scene();
    model.answer = () => new Promise(() => {});
    for (let i = 0; i < 10; i++) {
      const abort = new AbortController();
      const asked = ask(abort.signal);
      await clock.advance(10);
      abort.abort(new Error("hung up"));
      expect((await asked).error).toEqual(new Error("hung up"));
    }
    expect([model.asked, events, clock.pending]).toEqual([10, [], 0]);
  });

  test("lets another call see when the one that was let through hangs up", async () => {
    const { clock, model, ask, fail } = scene();
    model.answer = fail;
    for (let i = 0; i < 3; i++) await ask();
    await clock.advance(1000);
    const abort = new AbortController();
    model.answer = () => new Promise(() => {});
    const probe = ask(abort.signal);
    await clock.advance(1);
    abort.abort(new Error("hung up"));
    await probe;
    model.answer = () => "Back.";
    expect((await ask()).parts).toEqual(["Back."]);
  });

  test("opens because of answers that break off", async () => {
    const { events, model, ask } = scene();
    model.answer = async function* () {
      yield "One ";
      throw new Error("cut");
    };
    for (let i = 0; i < 3; i++) expect((await ask()).parts).toEqual(["One "]);
    expect(brief(events)).toEqual(["open 0"]);
  });

  test("is none of the other steps' affair", async () => {
    const { backend, model, ask, fail } = scene();
    model.answer = fail;
    for (let i = 0; i < 4; i++) await ask();
    const spoken = await outcomeOf(() => askFor(backend, "speak", stepOptions()));
    expect(spoken.parts).toEqual(["300 ms of 5"]);
  });

  test("ends the attempts of the call that opens it", async () => {
    const { clock, model, ask, fail } = scene({ generate: { attempts: 9, circuit } });
    model.answer = fail;
    await clock.runUntil(ask());
    expect(model.asked).toBe(3);
  });
});

describe("the caller's signal", () => {
  test("ends the wait before another attempt", async () => {
    const { clock, model, ask, fail } = scene({ generate: { attempts: 2, waitMs: 1000 } });
    model.answer = fail;
    const abort = new AbortController();
    const asked = ask(abort.signal);
    await clock.advance(10);
    abort.abort(new Error("hung up"));
    expect((await asked).error).toEqual(new Error("hung up"));
    expect([model.asked, clock.pending]).toEqual([1, 0]);
  });

  test("is looked at before anybody is asked", async () => {
    const { model, ask } = scene();
    expect((await ask(AbortSignal.abort(new Error("gone")))).error).toEqual(new Error("gone"));
    expect(model.asked).toBe(0);
  });

  test("makes what a backend throws because of it no failure", async () => {
    const { clock, events, backend } = scene({ fallbacks: [voice("second")] });
    const abort = new AbortController();
    const wrapped = resilient({
      ...voice("first"),
      generate: (_text, _sessionId, _history, { signal }) =>
        new Promise<string>((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("the model stopped")));
        }),
    }, { clock, fallbacks: [backend] });
    const options = stepOptions({ events, signal: abort.signal });
    const asked = outcomeOf(() => askFor(wrapped, "generate", options));
    await clock.advance(10);
    abort.abort(new Error("hung up"));
    expect((await asked).error).toEqual(new Error("hung up"));
    expect([events, clock.pending]).toEqual([[], 0]);
  });
});
