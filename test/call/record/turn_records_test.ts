import { describe, expect, test } from "bun:test";
import { TurnRecords } from "../../../src/call/record/turn_records.ts";
import type { ConversationEvent } from "../../../src/media/mod.ts";

/** What happens in a turn that begins at `at` and is answered `latencyMs` after its end. */
function turn(number: number, at: number, latencyMs: number): ConversationEvent[] {
  const end = at + 1000;
  return [
    { at, turn: number, type: "turn-begin" },
    { at: end, turn: number, type: "turn-end", durationMs: 1000 },
    { at: end + 100, turn: number, type: "transcript", text: `question ${number}` },
    { at: end + 250, turn: number, type: "first-token" },
    { at: end + latencyMs, turn: number, type: "first-audio", latencyMs },
    { at: end + 900, turn: number, type: "reply-end", text: `answer ${number}` },
  ];
}

function recordsOf(events: readonly ConversationEvent[], words = false): TurnRecords {
  const records = new TurnRecords(() => 500, words);
  for (const event of events) records.note(event, false);
  return records;
}

describe("TurnRecords", () => {
  test("has each turn with its latencies, from the answer of the call on", () => {
    const records = recordsOf([...turn(1, 2500, 400), ...turn(2, 6500, 800.04)]);
    expect(records.turns).toEqual([
      {
        turn: 1,
        atMs: 2000,
        durationMs: 1000,
        transcriptMs: 100,
        firstTokenMs: 250,
        firstAudioMs: 400,
      },
      {
        turn: 2,
        atMs: 6000,
        durationMs: 1000,
        transcriptMs: 100,
        firstTokenMs: 250,
        firstAudioMs: 800,
      },
    ]);
  });

  test("has no words unless they are wanted, and none behind a mask", () => {
    const events = [...turn(1, 0, 400), ...turn(2, 5000, 400)];
    expect(JSON.stringify(recordsOf(events).turns)).not.toContain("question");
    expect(recordsOf(events, true).turns.map(({ heard, said }) => [heard, said])).toEqual([
      ["question 1", "answer 1"],
      ["question 2", "answer 2"],
    ]);
    const hidden = new TurnRecords(() => 0, true);
    for (const event of events) hidden.note(event, event.turn === 2);
    expect(hidden.turns.map(({ heard, said }) => [heard, said])).toEqual([
      ["question 1", "answer 1"],
      [undefined, undefined],
    ]);
  });

  test("has the steps that failed, the interruptions, and why the agent left", () => {
    const [begin, ...rest] = turn(1, 0, 400);
    const records = recordsOf([
      begin,
      { at: 10, turn: 1, type: "interrupt", heard: "We", unheard: "are open" },
      ...rest,
      { at: 2000, turn: 1, type: "failure", step: "speak", error: new Error("secret") },
      { at: 2100, turn: 1, type: "failure", step: "first-audio", error: new Error("secret") },
      { at: 2200, turn: 1, type: "leave", reason: "failures" },
    ]);
    expect(records.turns[0].interrupted).toBe(true);
    expect(records.turns[0].failures).toEqual(["speak", "first-audio"]);
    expect(records.left).toBe("failures");
    expect(JSON.stringify(records.turns)).not.toContain("secret");
  });

  test("takes what comes before the first turn, and a turn that never ends", () => {
    const records = recordsOf([
      { at: 0, turn: 0, type: "reply-end", text: "Good day." },
      { at: 100, turn: 1, type: "turn-begin" },
    ]);
    expect(records.turns).toEqual([{ turn: 1, atMs: -400 }]);
    expect(records.latency).toBeUndefined();
  });

  test("knows the middle, the slow end and the slowest of the latencies", () => {
    const events = Array.from(
      { length: 100 },
      (_, i) => turn(i + 1, 5000 * i, 10 * ((i * 37) % 100 + 1)),
    );
    expect(recordsOf(events.flat()).latency).toEqual({ p50: 500, p95: 950, max: 1000 });
    expect(recordsOf(turn(1, 0, 300)).latency).toEqual({ p50: 300, p95: 300, max: 300 });
  });

  test("keeps a thousand turns, and the latencies of all", () => {
    const events = Array.from(
      { length: 1200 },
      (_, i) => turn(i + 1, 5000 * i, i < 1100 ? 10 : 9999),
    );
    const records = recordsOf(events.flat());
    expect(records.turns.length).toBe(1000);
    expect(records.latency?.max).toBe(9999);
  });
});
