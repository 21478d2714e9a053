import { describe, expect, test } from "bun:test";
import { answersOf, bargeInsOf } from "../../src/testing/answers.ts";
import type { CallerDeed } from "../../src/testing/mod.ts";

function said(text: string, startMs: number, endMs: number): CallerDeed {
  return { kind: "speech", text, startMs, endMs, words: [] };
}

function sound(startMs: number, endMs: number) {
  return { startMs, endMs };
}

describe("answersOf", () => {
  test("counts from the caller's last sound to the agent's first", () => {
    const [turn] = answersOf(
      [said("Hello?", 1000, 1600)],
      [sound(0, 800), sound(2100, 3000)],
      5000,
    );
    expect(turn).toEqual({
      text: "Hello?",
      startMs: 1000,
      endMs: 1600,
      answeredMs: 2100,
      latencyMs: 500,
      waitedMs: 3400,
    });
  });

  test("takes what is said with no answer between for one turn", () => {
    const deeds = [said("I need", 0, 500), said("a room.", 900, 1400)];
    const turns = answersOf(deeds, [sound(2000, 3000)], 3000);
    expect(turns.map(({ text, latencyMs }) => [text, latencyMs])).toEqual([[
      "I need a room.",
      600,
    ]]);
  });

  test("does not take the rest of what was being said for an answer", () => {
    const [turn] = answersOf([said("Stop.", 1000, 1300)], [sound(500, 1500)], 9000);
    expect([turn.answeredMs, turn.latencyMs, turn.waitedMs]).toEqual([undefined, undefined, 7700]);
  });

  test("knows nothing of coughs", () => {
    expect(answersOf([{ ...said("coughs", 0, 300), kind: "cough" }], [], 1000)).toEqual([]);
  });
});

describe("bargeInsOf", () => {
  const sentence = { turn: 1, text: "", heard: "", unheard: "", isCut: true };

  test("counts from the caller's onset to the last of the agent's sound", () => {
    const [bargeIn] = bargeInsOf([said("Stop.", 1000, 1300)], [sound(500, 1120)], []);
    expect(bargeIn).toEqual({ text: "Stop.", startMs: 1000, stopMs: 1120, stopAfterMs: 120 });
  });

  test("counts an onset in a pause of the agent's too", () => {
    const sounds = [sound(500, 900)];
    const sentences = [{ ...sentence, startMs: 500, endMs: 1100 }];
    const [bargeIn] = bargeInsOf([said("Stop.", 1000, 1300)], sounds, sentences);
    expect(bargeIn.stopAfterMs).toBe(0);
    expect(bargeInsOf([said("Stop.", 1000, 1300)], sounds, [])).toEqual([]);
  });
});
