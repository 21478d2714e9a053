import { describe, expect, test } from "bun:test";
import { SentenceSplitter, type SentenceSplitterOptions } from "../../src/backend/mod.ts";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { LANGUAGES } from "./sentences.ts";

function split(parts: readonly string[], options?: SentenceSplitterOptions): string[] {
  const sentences = new SentenceSplitter(options);
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

  test.each(LANGUAGES)("splits %s, named or not, however it comes", (language, sentences) => {
    // One after another, and in pairs, so that each meets what is before and after it.
    const space = /^(ja|zh)/.test(language) ? "" : " ";
    const whole = sentences.join(space);
    expect(split([whole], { language })).toEqual([...sentences]);
    expect(split([whole])).toEqual([...sentences]);
    const random = new SeededRandom(language.charCodeAt(0) * 256 + language.charCodeAt(1));
    for (let round = 0; round < 20; round++) {
      const parts: string[] = [];
      for (let at = 0; at < whole.length;) {
        const size = 1 + Math.floor(fraction(random) * (round + 2));
        parts.push(whole.slice(at, at + size));
        at += size;
      }
      expect(split(parts, { language })).toEqual([...sentences]);
    }
  });

  test("loses and adds nothing but white space, whatever the text is made of", () => {
    const pieces = [
      "Dr",
      ".",
      "!",
      "?",
      " ",
      " ",
      "\n",
      "a",
      "Be",
      "3",
      ",",
      "“",
      "”",
      ")",
      "。",
      "…",
    ];
    const random = new SeededRandom(20);
    const bare = (text: string) => text.replace(/\s+/g, "");
    for (let round = 0; round < 300; round++) {
      const parts = Array.from({ length: 80 }, () => {
        return pieces[Math.floor(fraction(random) * pieces.length)];
      });
      const options = round % 2 === 0 ? {} : { firstClauseMin: 5 };
      expect(bare(split(parts, options).join(""))).toBe(bare(parts.join("")));
    }
  });

  test.each([
    ["Hello! ", "H", "Hello!"],
    ["It is 3.", "", undefined],
    ["It is 3.", "5", undefined],
    ["It is late. ", "W", "It is late."],
    ['He said "Go." ', "T", 'He said "Go."'],
    ["一つ。", "二", "一つ。"],
    ["First line\n", "", "First line"],
    ["Am 3. ", "M", undefined],
    ["Am 3. Mai", " ", undefined],
    ["Es sind 3. Das", " ", "Es sind 3."],
    ["In the U.S. ", "The ", "In the U.S."],
  ])("after %j the next %j is as much as it waits for", (text, next, sentence) => {
    const sentences = new SentenceSplitter();
    expect(sentences.push(text.slice(0, -1))).toEqual([]);
    const now = [...sentences.push(text.slice(-1)), ...(next === "" ? [] : sentences.push(next))];
    expect(now[0]).toBe(sentence as string);
  });

  test("releases a first clause early where it is asked to, and only the first", () => {
    const said =
      "Well, of course we have a table for you, and it is by the window. One, two. Three";
    const expected = [
      "Well, of course we have a table for you,",
      "and it is by the window.",
      "One, two.",
      "Three",
    ];
    expect(split([said], { firstClauseMin: 30 })).toEqual(expected);
    expect(split([...said], { firstClauseMin: 30 })).toEqual(expected);
    const sentences = new SentenceSplitter({ firstClauseMin: 10 });
    expect(sentences.push("It costs 1,000 dollars, which")).toEqual(["It costs 1,000 dollars,"]);
    expect(sentences.flush()).toEqual(["which"]);
    expect(sentences.push("And another, again")).toEqual(["And another,"]);
  });

  test("refuses what is no language and no length", () => {
    expect(() => new SentenceSplitter({ language: "not a tag" })).toThrow(RangeError);
    expect(() => new SentenceSplitter({ firstClauseMin: 0 })).toThrow(
      "firstClauseMin is above 0: current value is 0",
    );
  });
});
