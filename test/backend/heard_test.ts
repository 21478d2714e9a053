import { describe, expect, test } from "bun:test";
import { splitHeard, type SpokenText, VoicePace } from "../../src/backend/heard.ts";

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

  test("knows that digits take long to say, and that a voice rests at a comma", () => {
    const heard = (text: string, heardMs: number) =>
      splitHeard([{ text, durationMs: 1000 }], [{ text, heardMs }]).heard;
    expect(heard("Dial 5 5 5 please", 600)).toBe("Dial 5 5");
    expect(heard("One, two, and a hundred", 300)).toBe("One,");
    expect(heard("One two and a hundred.", 300)).toBe("One");
  });

  test("takes a voice that is still speaking for as fast as it was", () => {
    const text = "How can I help you?";
    const heard = (durationMs: number) => {
      const slow = [{ text, durationMs }, { text, durationMs: 600, isWhole: false }];
      return splitHeard(slow, [{ text, heardMs: durationMs }, { text, heardMs: 600 }]).heard;
    };
    expect(heard(1250)).toBe("How can I help you? How can I");
    expect(heard(2500)).toBe("How can I help you? How");
  });

  test("knows the pace of a voice by what it said before", () => {
    const text = "How can I help you?";
    const unfinished = [{ text, durationMs: 600, isWhole: false }];
    const heard = (...before: SpokenText[]) =>
      splitHeard(unfinished, [{ text, heardMs: 600 }], new VoicePace().learn(before)).heard;
    expect(heard()).toBe("How can I");
    expect(heard({ text, durationMs: 2500 })).toBe("How");
    // The sound of a greeting without words says nothing of it, nor does what is still being made.
    expect(heard({ text: "", durationMs: 9000 }, { text, durationMs: 9, isWhole: false })).toBe(
      "How can I",
    );
  });

  test("survives speech of no length", () => {
    expect(splitHeard([{ text: "Hm.", durationMs: 0 }], []).unheard).toBe("Hm.");
  });
});
