import { describe, expect, test } from "bun:test";
import { TurnTimings } from "../../../src/call/record/turn_timings.ts";
import type { TurnTiming } from "../../../src/call/mod.ts";
import { fraction, SeededRandom } from "../../../src/clock/mod.ts";
import type { ConversationEvent } from "../../../src/media/mod.ts";

/** A turn that is answered, from its beginning to where its answer begins to be heard. */
function turn(number: number, at: number): ConversationEvent[] {
  return [
    { at, turn: number, type: "turn-begin", onsetMs: 120 },
    { at: at + 1000, turn: number, type: "turn-end", durationMs: 1000, silenceMs: 500 },
    { at: at + 1100, turn: number, type: "transcript", text: `question ${number}` },
    { at: at + 1200, turn: number, type: "first-token" },
    { at: at + 1300, turn: number, type: "first-audio", latencyMs: 300 },
    { at: at + 1340, turn: number, type: "first-packet" },
    { at: at + 1900, turn: number, type: "reply-end", text: `answer ${number}` },
  ];
}

/** What is given with each event, by its place. */
function given(events: readonly ConversationEvent[], timings = new TurnTimings()) {
  return events.map((event) => timings.note(event));
}

describe("TurnTimings", () => {
  test("gives a turn with its last packet, and nothing before", () => {
    const played: ConversationEvent = { at: 5000, turn: 1, type: "played", heardMs: 3000 };
    const all = given([...turn(1, 1000), played]);
    expect(all.slice(0, -1).flat()).toEqual([]);
    expect(all.at(-1)).toEqual([{
      turn: 1,
      beganAt: 880,
      endedAt: 2000,
      silenceMs: 500,
      transcriptAt: 2100,
      firstTokenAt: 2200,
      firstAudioAt: 2300,
      firstPacketAt: 2340,
      repliedAt: 2900,
      playedAt: 5000,
      falseAlarms: 0,
      heard: "question 1",
      said: "answer 1",
    }]);
  });

  test("gives a turn that was cut short with the last packet of its answer", () => {
    const cut = { heard: "ans", unheard: "wer 1" };
    const all = given([
      ...turn(1, 1000),
      { at: 2950, turn: 1, type: "false-alarm", reason: "short", voiceMs: 80 },
      { at: 3000, turn: 2, type: "turn-begin", onsetMs: 200 },
      { at: 3000, turn: 2, type: "interrupt", ...cut, voiceAt: 2800 },
      { at: 3000, turn: 2, type: "partial", text: "No" },
      { at: 3012, turn: 2, type: "silent", bargeInMs: 212 },
    ]);
    expect(all.slice(0, -1).flat()).toEqual([]);
    const [first] = all.at(-1)!;
    expect([first.turn, first.interruptedAt, first.bargeInMs, first.falseAlarms]).toEqual([
      ...[1, 3000, 212, 1],
    ]);
    expect([first.said, first.unheard, first.playedAt]).toEqual(["answer 1", "wer 1", undefined]);
  });

  test("gives a turn that nobody answered with what happens in the next", () => {
    const all = given([
      ...turn(1, 1000).slice(0, 3),
      { at: 2300, turn: 2, type: "turn-begin", onsetMs: 120 },
      { at: 3300, turn: 2, type: "turn-end", durationMs: 1000 },
    ]);
    expect(all.map((over) => over.map(({ turn }) => turn))).toEqual([[], [], [], [], [1]]);
    expect(all[4][0].interruptedAt).toBeUndefined();
  });

  test("ends an answer that a key cuts short, and what the key is answered is none of it", () => {
    const timings = new TurnTimings();
    const all = given([
      ...turn(1, 1000),
      { at: 2950, turn: 2, type: "interrupt", heard: "ans", unheard: "wer 1" },
      { at: 3000, turn: 2, type: "reply-end", text: "You pressed 5." },
      { at: 3600, turn: 2, type: "played", heardMs: 600 },
    ], timings);
    const [first] = all.flat();
    expect([first.interruptedAt, first.bargeInMs, first.said]).toEqual([
      ...[2950, undefined, "answer 1"],
    ]);
    expect(timings.end()).toEqual([]);
  });

  test("leaves to no turn what interrupts a greeting", () => {
    const timings = new TurnTimings();
    expect(
      given([
        { at: 0, turn: 0, type: "reply-end", text: "Good day." },
        { at: 500, turn: 1, type: "turn-begin", onsetMs: 120 },
        { at: 500, turn: 1, type: "interrupt", heard: "Good", unheard: "day.", voiceAt: 380 },
        { at: 510, turn: 1, type: "silent", bargeInMs: 130 },
      ], timings).flat(),
    ).toEqual([]);
    expect(timings.end()).toEqual([{ turn: 1, beganAt: 380, falseAlarms: 0 }]);
  });

  test("has no words of a turn in which the keys are masked", () => {
    const timings = new TurnTimings();
    for (const event of turn(1, 0)) timings.note(event, true);
    timings.note({ at: 2000, turn: 2, type: "turn-begin" });
    timings.note({ at: 2000, turn: 2, type: "interrupt", heard: "four", unheard: "two" });
    expect(JSON.stringify(timings.end())).not.toMatch(/question|answer|four|two/);
  });

  test("keeps twenty failures of a turn that fails for ever", () => {
    const timings = new TurnTimings();
    const error = new Error("down");
    timings.note({ at: 0, turn: 1, type: "turn-begin" });
    for (let at = 1; at < 500; at++) {
      timings.note({ at, turn: 1, type: "failure", step: "speak", error });
    }
    expect(timings.end()[0].failures).toEqual(Array(20).fill("speak"));
  });

  test("gives each turn once, in order, whatever happens", () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 300; round++) {
      const timings = new TurnTimings();
      const over: TurnTiming[] = [];
      let number = 0;
      let begun = 0;
      for (let at = 0; at < 60; at++) {
        const kinds: ConversationEvent[] = [
          { at, turn: number + 1, type: "turn-begin" },
          { at, turn: number, type: "turn-end", durationMs: 1 },
          { at, turn: number, type: "transcript", text: "a" },
          { at, turn: number, type: "first-audio", latencyMs: 1 },
          { at, turn: number + (fraction(random) < 0.3 ? 1 : 0), type: "interrupt", ...CUT },
          { at, turn: number, type: "silent", bargeInMs: 1 },
          { at, turn: number, type: "played", heardMs: 1 },
        ];
        const event = kinds[Math.floor(fraction(random) * kinds.length)];
        if (event.type === "turn-begin") {
          begun++;
          number++;
        } else number = Math.max(number, event.turn);
        over.push(...timings.note(event));
      }
      over.push(...timings.end());
      expect(over.length).toBe(begun);
      const numbers = over.map(({ turn }) => turn);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    }
  });
});

const CUT = { heard: "a", unheard: "b" };
