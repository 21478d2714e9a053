import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { matchSound } from "./sound_match.ts";
import { speech } from "./speech.ts";

const wanted = speech(3, 3);

describe("matchSound", () => {
  test.each([[0], [1], [333], [7_999], [-801]])("finds a sound that is %d samples late", (lag) => {
    const heard = new Int16Array(40_000);
    const kept = wanted.subarray(Math.max(0, -lag), heard.length);
    heard.set(kept, Math.max(0, lag));
    const match = matchSound(wanted, heard);
    expect(match.lag).toBe(lag);
    expect(match.correlation).toBeCloseTo(1, 6);
    expect(match.levelDb).toBeCloseTo(0, 6);
  });

  test("tells how much louder it is", () => {
    const match = matchSound(wanted, wanted.map((sample) => Math.round(sample / 2)));
    expect(match.levelDb).toBeCloseTo(-6.02, 1);
    expect(match.correlation).toBeGreaterThan(0.999);
  });

  test("tells how much of it came", () => {
    expect(matchSound(wanted, wanted.subarray(0, wanted.length / 2)).covered).toBeCloseTo(0.5, 6);
  });

  test("sees every fifth packet missing, noise and another sound", () => {
    const random = new SeededRandom(7);
    const holes = wanted.map((sample, index) => Math.floor(index / 160) % 5 === 0 ? 0 : sample);
    expect(matchSound(wanted, holes).correlation).toBeLessThan(0.95);
    const noisy = wanted.map((sample) => sample / 2 + (random.uint32() % 8000) - 4000);
    expect(matchSound(wanted, noisy).correlation).toBeLessThan(0.95);
    expect(matchSound(wanted, speech(6, 3)).correlation).toBeLessThan(0.5);
    expect(matchSound(wanted, new Int16Array(24_000)).correlation).toBe(0);
  });
});
