import { describe, expect, test } from "bun:test";
import { splitHeard } from "../../src/backend/heard.ts";

describe("splitHeard", () => {
  const spoken = [
    { text: "Good morning.", durationMs: 1000 },
    { text: "How can I help you today?", durationMs: 2000 },
  ];

  test("takes all as heard when all was played", () => {
    const played = spoken.map(({ text, durationMs }) => ({ text, heardMs: durationMs }));
    expect(splitHeard(spoken, played)).toEqual({
      heard: "Good morning. How can I help you today?",
      unheard: "",
    });
  });

  test("takes nothing as heard when nothing was played", () => {
    expect(splitHeard(spoken, []).heard).toBe("");
    expect(splitHeard(spoken, []).unheard).toBe("Good morning. How can I help you today?");
  });

  test("cuts a sentence at the last word that was out", () => {
    const played = [{ text: "Good morning.", heardMs: 1000 }, { text: "How", heardMs: 1000 }];
    expect(splitHeard(spoken, played)).toEqual({
      heard: "Good morning. How can I",
      unheard: "help you today?",
    });
  });

  test("loses no word and adds none wherever the cut falls", () => {
    const whole = "Good morning. How can I help you today?";
    for (let ms = 0; ms <= 2000; ms += 10) {
      const played = [{ text: "", heardMs: 1000 }, { text: "", heardMs: ms }];
      const { heard, unheard } = splitHeard(spoken, played);
      expect([heard, unheard].filter((part) => part !== "").join(" ")).toBe(whole);
    }
  });

  test("does not take a sentence as heard because its speech has been made only so far", () => {
    const half = [{ text: "How can I help you today?", durationMs: 400, isWhole: false }];
    const { heard } = splitHeard(half, [{ text: "", heardMs: 400 }]);
    expect(heard).toBe("How");
  });

  test("survives speech of no length", () => {
    expect(splitHeard([{ text: "Hm.", durationMs: 0 }], []).unheard).toBe("Hm.");
  });
});
