import { describe, expect, test } from "bun:test";
import { Deafness } from "../../src/vad/deafness.ts";

const loud = { levelDb: -20, durationMs: 20, speech: false };
const quiet = { ...loud, levelDb: -36 };
const voice = { ...loud, speech: true };

/** After how many of these frames it is suspected first; -1 for never. */
function suspectedAfter(deafness: Deafness, frame: typeof loud, count: number): number {
  for (let i = 1; i <= count; i++) if (deafness.push(frame)) return i;
  return -1;
}

describe("Deafness", () => {
  test("is suspected after 8 s of loud sound without a voice, however many pauses are in it", () => {
    const deafness = new Deafness();
    for (let i = 0; i < 399; i++) {
      expect(deafness.push(loud)).toBe(false);
      for (let pause = 0; pause < 5; pause++) expect(deafness.push(quiet)).toBe(false);
    }
    expect(deafness.push(loud)).toBe(true);
  });

  test("is forgotten with one frame of voice", () => {
    const deafness = new Deafness();
    expect(suspectedAfter(deafness, loud, 399)).toBe(-1);
    expect(deafness.push(voice)).toBe(false);
    expect(suspectedAfter(deafness, loud, 1000)).toBe(400);
  });

  test("is not suspected of who hears nothing loud", () => {
    expect(suspectedAfter(new Deafness(), quiet, 10_000)).toBe(-1);
  });

  test("is suspected once a minute at most, as music is no voice", () => {
    const deafness = new Deafness();
    expect(suspectedAfter(deafness, loud, 1000)).toBe(400);
    expect(suspectedAfter(deafness, loud, 10_000)).toBe(3000);
    expect(suspectedAfter(deafness, loud, 10_000)).toBe(3000);
  });
});
