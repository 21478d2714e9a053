import { describe, expect, test } from "bun:test";
import { amplify, mix, rmsLevel } from "../../src/audio/mod.ts";
import { PlayedSound, TurnDetector, type TurnEvent } from "../../src/turn/mod.ts";
import { EchoJudge } from "../../src/turn/echo_judge.ts";
import { speech } from "../support/speech.ts";
import { agentSpeech, echoOf, judge, overTheLine } from "./echo_scene.ts";

const agent = agentSpeech();
const count = (said: string, letter: string) => said.split(letter).length - 1;

describe("EchoJudge", () => {
  test.each([
    [-15, 20],
    [-15, 95],
    [-15, 210],
    [-15, 400],
    [-6, 130],
    [-6, 333],
    [-25, 180],
  ])("knows the agent's echo at %d dB after %d ms", (levelDb, delayMs) => {
    const said = judge(agent, echoOf(agent, { levelDb, delayMs, seed: delayMs }));
    expect(count(said, "e")).toBeGreaterThan(60);
    expect(count(said, "V")).toBeLessThanOrEqual(0.03 * count(said, "e"));
  });

  test("takes another voice for one, from its first frames, though the agent speaks", () => {
    const said = judge(agent, overTheLine(speech(1, 5)));
    expect(count(said, "V")).toBeGreaterThan(100);
    expect(count(said, "e")).toBeLessThanOrEqual(0.05 * count(said, "V"));
  });

  test.each([[-15, 0.85], [-6, 0.65]])(
    "hears a caller who speaks over an echo at %d dB, in %d of the loud frames and from the first on",
    (levelDb, share) => {
      const echo = echoOf(agent, { levelDb, delayMs: 150 });
      const voice = speech(1, 2);
      const caller = new Int16Array(agent.length);
      caller.set(voice, 16_000);
      const said = judge(agent, mix(echo, caller)).slice(100, 200);
      const loud = [...said].filter((_, i) => {
        return rmsLevel(voice.subarray(i * 160, i * 160 + 160)) > -25;
      });
      expect(loud.slice(0, 3).filter((letter) => letter === "V").length).toBeGreaterThanOrEqual(2);
      expect(loud.filter((letter) => letter === "V").length / loud.length).toBeGreaterThan(share);
    },
  );

  test("finds the echo again when its way has become longer by half", () => {
    const near = echoOf(agent, { levelDb: -15, delayMs: 100 });
    const far = echoOf(agent, { levelDb: -15, delayMs: 250 });
    const half = Math.floor(agent.length / 320) * 160;
    const heard = near.slice();
    heard.set(far.subarray(half), half);
    const said = judge(agent, heard).slice(half / 160 + 30);
    expect(count(said, "V")).toBeLessThanOrEqual(0.1 * count(said, "e"));
  });

  test("hears a caller who is softer than an echo that has ended", () => {
    const heard = new Int16Array(agent.length);
    heard.set(echoOf(agent, { levelDb: -6, delayMs: 150 }).subarray(0, 16_000));
    heard.set(overTheLine(amplify(speech(1, 2), -12)), 16_000);
    const said = judge(agent, heard).slice(100);
    expect(count(said.slice(0, 40), "V")).toBeGreaterThan(8);
    expect(count(said, "V")).toBeGreaterThan(2 * count(said, "e"));
  });

  test("is not asked to compare with silence", () => {
    const judged = new EchoJudge(new PlayedSound());
    judged.push({ sampleRate: 8000, samples: agent.slice(8000, 8160), timestamp: 0 });
    expect(judged.isEcho()).toBe(false);
    expect(judged.isKnown).toBe(false);
  });
});

describe("TurnDetector with an agent that echoes", () => {
  /** The events, and the frame in which a turn began; the detector is `late` frames late. */
  function converse(heard: Int16Array, mode: "duck" | "immediate", late = 0) {
    const played = new PlayedSound();
    const voice = { state: "speaking", played, duck() {}, restore() {} } as const;
    const events: TurnEvent[] = [];
    const onEvent = (event: TurnEvent) => events.push(event);
    const turns = new TurnDetector({ bargeIn: { mode }, onEvent }, voice);
    let first = -1;
    for (let at = 0; at + 160 <= heard.length; at += 160) {
      const samples = heard.slice(at, at + 160);
      played.push(agent.slice(at, at + 160), 8000);
      const seen = heard.slice(Math.max(0, at - 160 * late), at - 160 * late + 160);
      const speech = seen.some((sample) => Math.abs(sample) > 300);
      const { turn } = turns.push({ sampleRate: 8000, samples, timestamp: at, speech });
      if (turn !== undefined && first < 0) first = at / 160;
    }
    return { events, first };
  }

  test.each([["duck"], ["immediate"]] as const)("%s: is not interrupted by itself", (mode) => {
    const { events, first } = converse(echoOf(agent, { levelDb: -15, delayMs: 120 }), mode);
    expect(first).toBe(-1);
    expect(events).toEqual([{ type: "false-alarm", reason: "echo", voiceMs: 40 }]);
  });

  test.each([[3], [6], [9]])(
    "is not interrupted by itself where the detector is %d frames late",
    (late) => {
      const echo = echoOf(agent, { levelDb: -15, delayMs: 120 });
      expect(converse(echo, "immediate", late).first).toBe(-1);
    },
  );

  test.each([["duck", 700], ["immediate", 240]] as const)(
    "%s: is interrupted over its echo within %d ms",
    (mode, ms) => {
      const caller = new Int16Array(agent.length);
      caller.set(speech(1, 2), 16_000);
      const echo = echoOf(agent, { levelDb: -15, delayMs: 120 });
      const onset = converse(caller, "immediate").first - 1;
      const { first } = converse(mix(echo, caller), mode);
      expect(first).toBeGreaterThanOrEqual(onset);
      expect(20 * (first - onset)).toBeLessThanOrEqual(ms);
    },
  );
});
