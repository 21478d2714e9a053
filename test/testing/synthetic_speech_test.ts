import { describe, expect, test } from "bun:test";
import { rmsLevel } from "../../src/audio/mod.ts";
import { syntheticSpeech } from "../../src/testing/mod.ts";
import { loadFvad } from "../../src/vad/mod.ts";

/** The share of the 20 ms frames in which fvad finds a voice. */
async function voiced(samples: Int16Array): Promise<number> {
  const detector = (await loadFvad())();
  let [found, frames] = [0, 0];
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    found += await detector.detect(samples.subarray(at, at + 160), 8000);
    frames++;
  }
  detector.close();
  return found / frames;
}

describe("syntheticSpeech", () => {
  test.each([
    ["I need a room for two nights, please."],
    ["Hello?"],
    ["No."],
    ["My number is 0 7 7 5 4 1."],
    ["Ich möchte ein Zimmer."],
    ["你好"],
  ])("is taken for a voice: %s", async (text) => {
    expect(await voiced(syntheticSpeech(text).samples)).toBeGreaterThan(0.85);
    expect(await voiced(syntheticSpeech(text, { pitchHz: 220 }).samples)).toBeGreaterThan(0.85);
  });

  test("is as loud as it is told, and faster where it is told so", () => {
    for (const levelDb of [-30, -20]) {
      const { samples } = syntheticSpeech("We are open from nine to five.", { levelDb });
      expect(Math.abs(rmsLevel(samples) - levelDb)).toBeLessThan(2);
    }
    const usual = syntheticSpeech("We are open.").samples.length;
    expect(syntheticSpeech("We are open.", { pace: 2 }).samples.length / usual).toBeCloseTo(0.5, 2);
  });

  test("says its words one after another, for as long as they are written", () => {
    const text = "Good morning. I would like to book a table, for tomorrow at seven o'clock.";
    const { words, samples } = syntheticSpeech(text);
    expect(words.map((word) => word.text)).toEqual(text.split(" "));
    for (const [index, { startMs, endMs }] of words.entries()) {
      expect(endMs).toBeGreaterThan(startMs);
      if (index > 0) expect(startMs).toBeGreaterThanOrEqual(words[index - 1].endMs);
    }
    expect(words.at(-1)!.endMs).toBeCloseTo(samples.length / 8, 3);
    const lettersPerSecond = text.length / (samples.length / 8000);
    expect(lettersPerSecond).toBeGreaterThan(10);
    expect(lettersPerSecond).toBeLessThan(17);
  });

  test("is the same sound for the same text, and silence for none", () => {
    expect(syntheticSpeech("Hello.").samples).toEqual(syntheticSpeech("Hello.").samples);
    expect(syntheticSpeech("").samples).toHaveLength(0);
    expect(syntheticSpeech("...").words).toEqual([]);
  });

  test("refuses what no voice can do", () => {
    expect(() => syntheticSpeech("a", { pitchHz: 5 })).toThrow("current value is 5");
    expect(() => syntheticSpeech("a", { pace: 0 })).toThrow("current value is 0");
  });
});
