import { describe, expect, test } from "bun:test";
import { SentenceSplitter } from "../../src/backend/mod.ts";

function split(parts: readonly string[]): string[] {
  const sentences = new SentenceSplitter();
  return [...parts.flatMap((part) => sentences.push(part)), ...sentences.flush()];
}

describe("SentenceSplitter", () => {
  const text = "We open at nine. It costs 3.50 euros! Is that fine? Good";

  test("gives the same sentences however the text is cut up", () => {
    const whole = split([text]);
    expect(whole).toEqual(["We open at nine.", "It costs 3.50 euros!", "Is that fine?", "Good"]);
    for (let size = 1; size < text.length; size++) {
      const parts = text.match(new RegExp(`.{1,${size}}`, "g"))!;
      expect(split(parts)).toEqual(whole);
    }
  });

  test("gives a sentence as soon as the next one begins", () => {
    const sentences = new SentenceSplitter();
    expect(sentences.push("One. ")).toEqual([]);
    expect(sentences.push("T")).toEqual(["One."]);
  });

  test("splits languages with their own stops", () => {
    expect(split(["今日は。元気ですか？はい"])).toEqual(["今日は。", "元気ですか？", "はい"]);
  });

  test("cuts what has no end after a word, at a cost that does not grow with it", () => {
    const sentences = new SentenceSplitter();
    const pieces: string[] = [];
    for (let i = 0; i < 5000; i++) pieces.push(...sentences.push("word "));
    pieces.push(...sentences.flush());
    expect(pieces.join(" ")).toBe("word ".repeat(5000).trim());
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(400);
    expect(split(["x".repeat(1000)])).toEqual(["x".repeat(400), "x".repeat(400), "x".repeat(200)]);
  });

  test("has nothing to say about nothing", () => {
    expect(split([])).toEqual([]);
    expect(split(["", "  \n "])).toEqual([]);
  });
});
