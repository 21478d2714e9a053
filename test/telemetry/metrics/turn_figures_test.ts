import { describe, expect, test } from "bun:test";
import { Registry } from "prom-client";
import type { TurnTiming } from "../../../src/call/mod.ts";
import type { PhoneHandler } from "../../../src/phone/mod.ts";
import { Figures } from "../../../src/telemetry/metrics/figures.ts";
import { turnFigures } from "../../../src/telemetry/metrics/turn_figures.ts";
import { readExposition } from "../exposition.ts";

/** The figures of a phone that tells what it is given to tell. */
function scene() {
  const listeners = new Map<string, (told: unknown) => void>();
  const phone = {
    on(name: string, listener: (told: unknown) => void) {
      listeners.set(name, listener);
      return () => listeners.delete(name);
    },
  } as unknown as PhoneHandler;
  const registry = new Registry();
  const stops = turnFigures(new Figures(registry), phone);
  return {
    turn: (turn: Partial<TurnTiming>) => listeners.get("turn")?.({ turn }),
    happens: (event: Record<string, unknown>) => listeners.get("conversation")?.({ event }),
    look: async () => readExposition(await registry.metrics()),
    stop: () => stops.forEach((stop) => stop()),
  };
}

const SPOKEN = {
  ...{ beganAt: 0, endedAt: 1000, silenceMs: 500, transcriptAt: 1100, firstTokenAt: 1300 },
  ...{ firstAudioAt: 1600, firstPacketAt: 2000, heard: "Yes" },
};

describe("the figures of turns", () => {
  test.each<[string, Partial<TurnTiming>]>([
    ["answered", SPOKEN],
    ["interrupted", { ...SPOKEN, interruptedAt: 2100 }],
    ["failed", { ...SPOKEN, interruptedAt: 2100, failures: ["generate"] }],
    ["empty", { beganAt: 0, endedAt: 1000, heard: "" }],
    ["unanswered", { beganAt: 0, endedAt: 1000, heard: "Yes" }],
    ["unanswered", { beganAt: 0 }],
  ])("count one that was %s: %j", async (outcome, turn) => {
    const { turn: tell, look } = scene();
    tell(turn);
    const figures = await look();
    expect(figures.get("sofia_phone_turns_total", { outcome })).toBe(1);
    expect(figures.sum("sofia_phone_turns_total")).toBe(1);
  });

  test("have each stage from the end of the caller's turn, and the gap from its last voice", async () => {
    const { turn, look } = scene();
    turn(SPOKEN);
    const { get } = await look();
    const stages = ["endpoint", "transcript", "first_token", "first_audio", "first_packet"];
    expect(stages.map((stage) => get("sofia_phone_turn_stage_seconds_sum", { stage })))
      .toEqual([0.5, 0.1, 0.3, 0.6, 1]);
    expect(get("sofia_phone_turn_response_seconds_sum")).toBe(1.5);
  });

  test("have the stages that there were, and no gap where one end of it is not known", async () => {
    const { turn, look } = scene();
    turn({ beganAt: 0, firstPacketAt: 2000 });
    turn({ beganAt: 0, endedAt: 1000, firstPacketAt: 2000 });
    turn({ beganAt: 0, endedAt: 1000, silenceMs: 500, transcriptAt: 1000 });
    const { get } = await look();
    const counts = ["endpoint", "transcript", "first_token", "first_packet"]
      .map((stage) => get("sofia_phone_turn_stage_seconds_count", { stage }));
    expect(counts).toEqual([1, 1, 0, 1]);
    expect(get("sofia_phone_turn_response_seconds_count")).toBe(0);
  });

  test("tell voices from keys, and what was no turn by what it was", async () => {
    const { happens, look } = scene();
    happens({ type: "interrupt", heard: "", unheard: "", voiceAt: 0 });
    happens({ type: "interrupt", heard: "", unheard: "" });
    happens({ type: "interrupt", heard: "", unheard: "" });
    happens({ type: "resume", text: "" });
    happens({ type: "silent", bargeInMs: 250 });
    for (const reason of ["short", "echo", "echo", "something new"]) {
      happens({ type: "false-alarm", reason });
    }
    const { get } = await look();
    const by = (name: string) => get("sofia_phone_interruptions_total", { by: name });
    expect([by("speech"), by("key")]).toEqual([1, 2]);
    const alarms = ["short", "words", "echo", "other"]
      .map((reason) => get("sofia_phone_false_alarms_total", { reason }));
    expect(alarms).toEqual([1, 0, 2, 1]);
    expect(get("sofia_phone_false_interruptions_total")).toBe(1);
    expect(get("sofia_phone_barge_in_seconds_sum")).toBe(0.25);
  });

  test("stay as they are once nobody listens", async () => {
    const { turn, happens, stop, look } = scene();
    stop();
    turn(SPOKEN);
    happens({ type: "resume" });
    const figures = await look();
    expect(figures.sum("sofia_phone_turns_total")).toBe(0);
    expect(figures.get("sofia_phone_false_interruptions_total")).toBe(0);
  });
});
