import { afterEach, describe, expect, test } from "bun:test";
import { tone } from "../../src/audio/mod.ts";
import type { StepEvent, StepOptions, VoiceBackend } from "../../src/backend/mod.ts";
import { sleep, type VirtualClock } from "../../src/clock/mod.ts";
import type { PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { PhoneMetrics } from "../../src/telemetry/mod.ts";
import { type DoorScene, doorScene, QUIET, VOICE } from "./door_scene.ts";
import { readExposition } from "./exposition.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A phone with figures, on virtual time. */
async function measured(options: Partial<PhoneHandlerOptions>) {
  const scene = await doorScene(options);
  const metrics = new PhoneMetrics(scene.phone, { version: "1.2.3" });
  cleanUps.push(() => scene.clock.runUntil(scene.phone.stop()));
  const look = async () => readExposition(await metrics.text());
  return { ...scene, metrics, look };
}

const HALF_A_SECOND = { samples: tone([1000], 500, { levelDb: -15 }), sampleRate: 8000 };

/** Takes 100 ms to hear, 200 to think and 50 to speak half a second. The clock comes with the phone. */
function slow(time: { clock?: VirtualClock }): VoiceBackend {
  const after = async <T>(ms: number, value: T): Promise<T> => {
    await sleep(time.clock!, ms);
    return value;
  };
  return {
    sampleRate: 8000,
    transcribe: () => after(100, "What now?"),
    generate: () => after(200, "Nothing."),
    speak: () => after(50, HALF_A_SECOND),
  };
}

async function slowScene(options: Partial<PhoneHandlerOptions> = {}) {
  const time: { clock?: VirtualClock } = {};
  const scene = await measured({ voiceBackend: slow(time), ...options });
  time.clock = scene.clock;
  return scene;
}

/** The bucket of a histogram that has its one value: its upper bound, and that of the one before. */
function bucketOf(
  samples: Awaited<ReturnType<Awaited<ReturnType<typeof measured>>["look"]>>["samples"],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly [above: number, upTo: number] {
  const buckets = samples.filter((sample) =>
    sample.name === `${name}_bucket` &&
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value)
  );
  const index = buckets.findIndex(({ value }) => value > 0);
  const bound = (at: number) =>
    at < 0 ? 0 : Number(buckets[at].labels.le.replace("+Inf", "Infinity"));
  return [bound(index - 1), bound(index)];
}

describe("the figures of a phone", () => {
  test("have the latencies of a turn, from its last voice to its first packet", async () => {
    const { call, look } = await slowScene();
    const caller = call();
    await caller.say(QUIET, 400);
    await caller.say(VOICE, 1000);
    await caller.say(QUIET, 2500);
    const first = caller.heard.find(({ isLoud }) => isLoud)!;
    const { get, samples } = await look();
    const stage = (name: string) => get("sofia_phone_turn_stage_seconds_sum", { stage: name })!;
    expect(stage("endpoint")).toBe(0.5);
    expect(stage("transcript")).toBeCloseTo(0.1, 6);
    expect(stage("first_token")).toBeCloseTo(0.3, 6);
    expect(stage("first_audio")).toBeCloseTo(0.35, 6);
    for (const name of ["endpoint", "transcript", "first_token", "first_audio", "first_packet"]) {
      expect(get("sofia_phone_turn_stage_seconds_count", { stage: name })).toBe(1);
    }
    const bucket = bucketOf(samples, "sofia_phone_turn_stage_seconds", { stage: "first_audio" });
    expect(bucket).toEqual([0.3, 0.4]);
    // What the caller heard: it stopped speaking 1,400 ms after it began to send, 7 ms after zero.
    const heard = (first.at - 1407) / 1000;
    expect(Math.abs(get("sofia_phone_turn_response_seconds_sum")! - heard)).toBeLessThan(0.021);
    expect(get("sofia_phone_turns_total", { outcome: "answered" })).toBe(1);
    await caller.hangup();
  });

  test("have how fast an interrupted agent is silent, and what only sounded like it", async () => {
    const { call, look } = await slowScene({
      voiceBackend: {
        sampleRate: 8000,
        onCallStart: () => "One two three four five six seven eight.",
        transcribe: () => "",
        generate: () => "",
        speak: () => ({ ...HALF_A_SECOND, samples: tone([1000], 8000, { levelDb: -15 }) }),
      },
    });
    const caller = call();
    await caller.say(QUIET, 1000);
    await caller.say(VOICE, 160);
    await caller.say(QUIET, 1000);
    expect((await look()).get("sofia_phone_false_alarms_total", { reason: "short" })).toBe(1);
    const onset = caller.heard.at(-1)!.at;
    await caller.say(VOICE, 1000);
    await caller.say(QUIET, 1500);
    const last = caller.heard.filter(({ at, isLoud }) => isLoud && at < onset + 1000).at(-1)!;
    const { get } = await look();
    const seconds = get("sofia_phone_barge_in_seconds_sum")!;
    expect(Math.abs(seconds - (last.at - onset) / 1000)).toBeLessThan(0.021);
    expect(get("sofia_phone_interruptions_total", { by: "speech" })).toBe(1);
    expect(get("sofia_phone_interruptions_total", { by: "key" })).toBe(0);
    // It said nothing after all: the agent goes on.
    expect(get("sofia_phone_false_interruptions_total")).toBe(1);
    expect(get("sofia_phone_turns_total", { outcome: "empty" })).toBe(0);
    await caller.hangup();
    expect((await look()).sum("sofia_phone_turns_total")).toBe(1);
  });

  test("have keys by the way that told them, and never the digit", async () => {
    const { call, look, metrics } = await slowScene();
    const caller = call();
    await caller.say(QUIET, 100);
    for (const way of ["rtp", "info", "info"] as const) {
      caller.call!.keys.tell(way, "9", 100);
      await caller.say(QUIET, 2000);
    }
    const { get } = await look();
    expect([get("sofia_phone_dtmf_keys_total", { way: "rtp" })]).toEqual([1]);
    expect([get("sofia_phone_dtmf_keys_total", { way: "info" })]).toEqual([2]);
    expect(await metrics.text()).not.toContain('"9"');
    await caller.hangup();
  });

  test("have what fails, by step: retries, the backend in its place, and circuits", async () => {
    let isDown = true;
    const fallback = slow({});
    const { call, look, clock } = await slowScene({
      voiceBackend: {
        ...slow({}),
        transcribe: () => "Hello?",
        generate: () => isDown ? Promise.reject(new Error("no model")) : "Yes.",
        speak: () => HALF_A_SECOND,
      },
      resilience: {
        fallbacks: [{
          ...fallback,
          transcribe: () => "Hello?",
          generate: () => "Later.",
          speak: () => HALF_A_SECOND,
        }],
        generate: {
          attempts: 2,
          waitMs: 10,
          circuit: { failures: 2, coolDownMs: 1000, jitter: 0 },
        },
      },
    });
    const caller = call();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 2000);
    const down = await look();
    expect(down.get("sofia_phone_step_retries_total", { step: "generate" })).toBe(1);
    expect(down.get("sofia_phone_step_fallbacks_total", { step: "generate" })).toBe(1);
    expect(down.get("sofia_phone_circuit_state", { step: "generate", backend: "0" })).toBe(2);
    expect(down.get("sofia_phone_circuit_opened_total", { step: "generate" })).toBe(1);
    expect(down.get("sofia_phone_step_failures_total", { step: "generate" })).toBe(0);
    isDown = false;
    await clock.advance(1000);
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 2000);
    const up = await look();
    expect(up.get("sofia_phone_circuit_state", { step: "generate", backend: "0" })).toBe(0);
    expect(up.get("sofia_phone_turns_total", { outcome: "answered" })).toBe(2);
    await caller.hangup();
  });

  test("count a step that fails for good, its apology, and why the agent left", async () => {
    const { call, look } = await slowScene({
      voiceBackend: {
        ...slow({}),
        transcribe: () => Promise.reject(new Error("deaf")),
        speak: () => HALF_A_SECOND,
      },
      resilience: { transcribe: { attempts: 1 } },
      conversation: { failure: { leaveAfter: 2 } },
    });
    const caller = call();
    for (let turn = 0; turn < 2; turn++) {
      await caller.say(VOICE, 600);
      await caller.say(QUIET, 3000);
    }
    const { get } = await look();
    expect(get("sofia_phone_step_failures_total", { step: "transcribe" })).toBe(2);
    expect(get("sofia_phone_turns_total", { outcome: "failed" })).toBe(2);
    expect(get("sofia_phone_apologies_total")).toBe(1);
    expect(get("sofia_phone_agent_left_total", { reason: "failures" })).toBe(1);
    expect(get("sofia_phone_errors_total")).toBeGreaterThanOrEqual(2);
    await caller.hangup();
  });

  test("keep the sums of calls that are over, and have the quality of those that are there", async () => {
    const { look, call, pass, clock } = await measured({});
    const callers = Array.from({ length: 3 }, () => call());
    await pass(1000, callers.map((caller) => [caller, VOICE] as const));
    const during = await look();
    expect(during.get("sofia_phone_calls", { direction: "in", state: "live" })).toBe(3);
    expect(during.get("sofia_phone_rtp_used_total")).toBe(150);
    expect(during.get("sofia_phone_live_mos", { quantile: "0.5" })).toBe(4.41);
    for (const caller of callers) await caller.hangup();
    const after = await look();
    expect(after.get("sofia_phone_rtp_used_total")).toBe(150);
    expect(after.get("sofia_phone_calls", { direction: "in", state: "live" })).toBe(0);
    expect(after.get("sofia_phone_live_mos", { quantile: "0.5" })).toBeUndefined();
    expect(after.get("sofia_phone_call_mos_count", { side: "heard" })).toBe(3);
    expect(after.get("sofia_phone_call_duration_seconds_sum", { direction: "in" })).toBeCloseTo(
      3,
      3,
    );
    expect(after.get("sofia_phone_calls_ended_total", { direction: "in", cause: "remote" })).toBe(
      3,
    );
    // Nobody ever said a word in this one.
    const silent = call();
    await clock.advance(500);
    await silent.hangup();
    expect((await look()).get("sofia_phone_calls_unheard_total")).toBe(1);
    expect((await look()).get("sofia_phone_call_mos_count", { side: "heard" })).toBe(3);
  });

  test("have every tick in their histogram, once", async () => {
    const { look, call, phone } = await measured({});
    const caller = call();
    await caller.say(QUIET, 1000);
    const { get, samples } = await look();
    const count = get("sofia_phone_tick_lateness_seconds_count")!;
    expect(count).toBe(phone.vitals.ticker.lateness.count);
    expect(count).toBeGreaterThanOrEqual(50);
    const buckets = samples.filter(({ name }) =>
      name === "sofia_phone_tick_lateness_seconds_bucket"
    );
    const values = buckets.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values.at(-1)).toBe(count);
    expect(buckets.at(-1)!.labels.le).toBe("+Inf");
    await caller.hangup();
  });

  test("have no more values however a backend and its callers name things", async () => {
    const hostile = (options: StepOptions) => {
      for (let i = 0; i < 500; i++) {
        for (const type of ["retry", "fallback", "circuit"]) {
          const event = { type, step: `step ${i}"\n`, backend: i, state: `s${i}`, to: i };
          options.report?.(event as unknown as StepEvent);
        }
      }
    };
    const { look, call, metrics } = await measured({
      resilience: false,
      voiceBackend: {
        sampleRate: 8000,
        transcribe: (_audio, _rate, options) => {
          hostile(options);
          return "Hello?";
        },
        generate: () => "Yes.",
        speak: () => HALF_A_SECOND,
      },
    });
    const before = (await look()).samples.length;
    for (let i = 0; i < 20; i++) {
      const name = `${"x".repeat(i * 50)}"\n{}\\ ${i}`;
      const caller = call({ id: name, from: { user: name, name }, headers: { [name]: name } });
      await caller.say(VOICE, 400);
      await caller.say(QUIET, 1500);
      await caller.hangup();
    }
    const after = await look();
    // The steps that were not known are one, and the circuits of that one are eleven.
    expect(after.samples.length - before).toBeLessThanOrEqual(2 + 11);
    expect(after.get("sofia_phone_step_retries_total", { step: "other" })).toBe(10_000);
    expect(await metrics.text()).not.toContain("xxx");
  });

  test("are those of one phone, and not of the process", async () => {
    const [one, other] = [await measured({}), await measured({})];
    const caller = one.call();
    await caller.say(QUIET, 100);
    const offered = { direction: "in", door: "browser" };
    expect((await one.look()).get("sofia_phone_calls_offered_total", offered)).toBe(1);
    expect((await other.look()).get("sofia_phone_calls_offered_total", offered)).toBe(0);
    await caller.hangup();
  });

  test("follow nothing when they are stopped, and keep what they have", async () => {
    const { look, call, metrics, phone } = await measured({});
    const caller = call();
    await caller.say(QUIET, 500);
    metrics.stop();
    metrics.stop();
    await caller.say(QUIET, 500);
    await caller.hangup();
    const { get } = await look();
    expect(get("sofia_phone_rtp_used_total")).toBe(25);
    expect(get("sofia_phone_calls_ended_total", { direction: "in", cause: "remote" })).toBe(0);
    // What the phone counts itself is still read.
    expect(phone.counters.answered).toBe(1);
    expect(
      get("sofia_phone_calls_total", { direction: "in", door: "browser", outcome: "answered" }),
    )
      .toBe(1);
  });

  test("know calls that came before them", async () => {
    const scene: DoorScene = await doorScene({});
    cleanUps.push(() => scene.clock.runUntil(scene.phone.stop()));
    const caller = scene.call();
    await caller.say(QUIET, 500);
    const metrics = new PhoneMetrics(scene.phone);
    const { get } = readExposition(await metrics.text());
    expect(get("sofia_phone_rtp_used_total")).toBe(25);
    expect(get("sofia_phone_calls", { direction: "in", state: "live" })).toBe(1);
    await caller.hangup();
    expect(
      readExposition(await metrics.text()).get("sofia_phone_call_mos_count", { side: "heard" }),
    )
      .toBe(1);
  });
});

describe("the event turn of a phone", () => {
  test("is told for each turn, and the last one before the call is over", async () => {
    const { call, phone } = await slowScene();
    const told: string[] = [];
    phone.on("turn", ({ turn, call: of }) => {
      told.push(`turn ${turn.turn} of ${of.id}: ${turn.heard ?? "-"} ${turn.said ?? "-"}`);
    });
    phone.on("ended", ({ call: of }) => void told.push(`end of ${of.id}`));
    const caller = call();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 2500);
    expect(told).toEqual(["turn 1 of door 1: What now? Nothing."]);
    const unmask = caller.call!.maskKeys();
    await caller.say(VOICE, 600);
    await caller.say(QUIET, 2500);
    unmask();
    await caller.say(VOICE, 600);
    await caller.hangup();
    expect(told.slice(1)).toEqual([
      "turn 2 of door 1: - -",
      "turn 3 of door 1: - -",
      "end of door 1",
    ]);
  });
});
