import { describe, expect, test } from "bun:test";
import { LANGUAGES, spokenChoice, spokenDigits, wordsOf } from "../../../src/call/mod.ts";

describe("spokenDigits", () => {
  test.each([
    ["Four, one, two, two.", "4122"],
    ["4122", "4122"],
    ["41 22", "4122"],
    ["four one double two", "4122"],
    ["triple zero seven", "0007"],
    ["double oh seven", "007"],
    ["forty-one twenty two", "4122"],
    ["twenty", "20"],
    ["twenty twelve", "2012"],
    ["my pin is one two three four", "1234"],
    ["press two, please", "2"],
    ["star one pound", "*1#"],
    ["for", "4"],
  ])("hears %s as %s", (said, keys) => {
    expect(spokenDigits(said, LANGUAGES.en)).toBe(keys);
  });

  test.each([
    [""],
    ["I would like to talk to somebody"],
    ["one moment, let me look it up"],
    ["two hundred"],
    ["what for"],
    ["half past one"],
    ["constructor"],
  ])("hears no digits in: %s", (said) => {
    expect(spokenDigits(said, LANGUAGES.en)).toBe(undefined);
  });

  test.each(
    [
      ["de", "Fünf, zwo, null", "520"],
      ["fr", "touche deux, s'il vous plaît", "2"],
      ["es", "uno dos doble tres", "1233"],
    ] as const,
  )("knows the words of %s: %s", (language, said, keys) => {
    expect(spokenDigits(said, LANGUAGES[language])).toBe(keys);
  });

  test("knows its words as they are compared, without accents", () => {
    for (const { yes, no, around, others, ...language } of Object.values(LANGUAGES)) {
      const { digits, numbers, tens, times, soundsLike } = language;
      const tables = [digits, numbers, tens, times, soundsLike].flatMap(Object.keys);
      const words = [...yes, ...no, ...around, ...others, ...tables];
      for (const word of words) expect(wordsOf(word).join(" ")).toBe(word);
    }
  });
});

describe("spokenChoice", () => {
  const options = [
    { key: "1", says: ["sales", "buy something"] },
    { key: "2", says: ["support", "help"] },
    { key: "12", says: ["supports de fenêtre"] },
    { says: ["nobody"] },
  ];

  test.each([
    ["Sales.", 0],
    ["I want to buy something nice", 0],
    ["one", 0],
    ["Press one, please.", 0],
    ["twelve", 2],
    ["one two", 2],
    ["option number 2", 1],
    ["HELP!", 1],
    ["les supports de fenetre", 2],
    ["nobody", 3],
  ])("takes %s as %d", (said, at) => {
    expect(spokenChoice(said, options, LANGUAGES.en)).toBe(at);
  });

  test.each([
    [""],
    ["sales or support"],
    ["I want two tickets"],
    ["helpful"],
    ["something to buy"],
    ["three"],
    ["one two three"],
  ])("takes none for: %s", (said) => {
    expect(spokenChoice(said, options, LANGUAGES.en)).toBe(undefined);
  });

  test.each(
    [
      ["en", "yes, that is right", 0],
      ["en", "that's not right", 1],
      ["en", "no", 1],
      ["en", "one", 0],
      ["de", "Nein, stimmt nicht", 1],
      ["de", "genau", 0],
      ["fr", "oui, c'est ça", 0],
      ["es", "sí, claro", 0],
      ["es", "no es correcto", 1],
    ] as const,
  )("knows yes and no in %s: %s", (language, said, at) => {
    const { yes, no } = LANGUAGES[language];
    const choices = [{ key: "1", says: yes }, { key: "2", says: no }];
    expect(spokenChoice(said, choices, LANGUAGES[language])).toBe(at);
  });
});
