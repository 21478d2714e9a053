import { describe, expect, test } from "bun:test";
import { matchSound } from "./sound_match.ts";
import { speech } from "./speech.ts";
import { matchSpeech } from "./speech_match.ts";

const said = speech(3, 3);

/** The speech with 20 ms of silence put in at a second and at two. */
function slipped(): Int16Array {
  const heard = new Int16Array(said.length + 320);
  heard.set(said.subarray(0, 8000));
  heard.set(said.subarray(8000, 16_000), 8160);
  heard.set(said.subarray(16_000), 16_320);
  return heard;
}

describe("matchSpeech", () => {
  test("finds nothing wrong with the same speech", () => {
    const match = matchSpeech(said, said);
    expect(match.correlation).toBeCloseTo(1, 6);
    expect(match.levelDb).toBeCloseTo(0, 6);
    expect(match).toMatchObject({ slips: 0, covered: 1 });
  });

  test("counts the slips and forgives them", () => {
    expect(matchSound(said, slipped()).correlation).toBeLessThan(0.9);
    const match = matchSpeech(said, slipped());
    expect(match.correlation).toBeGreaterThan(0.99);
    expect(match.slips).toBe(2);
  });

  test("does not forgive holes, noise, silence and other words", () => {
    const holes = said.map((sample, index) => Math.floor(index / 160) % 5 === 0 ? 0 : sample);
    expect(matchSpeech(said, holes).correlation).toBeLessThan(0.95);
    const noisy = said.map((sample, index) => sample / 2 + (index * 7919 % 6001) - 3000);
    expect(matchSpeech(said, noisy).correlation).toBeLessThan(0.95);
    expect(matchSpeech(said, new Int16Array(said.length)).correlation).toBe(0);
    expect(matchSpeech(said, speech(6, 3)).correlation).toBeLessThan(0.6);
  });

  test("tells how loud it is and how much of it came", () => {
    const half = said.map((sample) => Math.round(sample / 2)).subarray(0, said.length / 2);
    const match = matchSpeech(said, half);
    expect(match.levelDb).toBeCloseTo(-6.02, 1);
    expect(match.covered).toBeCloseTo(0.5, 6);
  });
});
