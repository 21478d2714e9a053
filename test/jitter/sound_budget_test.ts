import { describe, expect, test } from "bun:test";
import { SoundBudget } from "../../src/jitter/sound_budget.ts";
import { audio, listen, TICKS } from "./line.ts";

/** How much of a line there is, in seconds. */
function secondsOf(frames: readonly { readonly duration: number }[]): number {
  return frames.reduce((sum, { duration }) => sum + duration, 0) / 8000;
}

describe("SoundBudget", () => {
  test("has time for five seconds at once, and then for as much as passes", () => {
    const budget = new SoundBudget();
    expect(budget.take(5000, 0)).toBe(true);
    expect(budget.take(20, 0)).toBe(false);
    expect(budget.take(20, 20)).toBe(true);
    expect(budget.take(5, 20)).toBe(false);
    expect(budget.take(5000, 4000)).toBe(false);
    expect(budget.take(5000, 6000)).toBe(true);
  });

  test("has time for the longest stall that is caught up with, and a second more", () => {
    const budget = new SoundBudget(10_000);
    expect([budget.take(11_000, 0), budget.take(20, 0)]).toEqual([true, false]);
    expect([budget.take(11_000, 9990), budget.take(11_000, 10_000)]).toEqual([false, true]);
  });

  test("never runs out for a sender whose clock is fast, nor saves up more than five seconds", () => {
    const budget = new SoundBudget();
    for (let n = 0; n < 10_000; n++) expect(budget.take(20, n * 19)).toBe(true);
    expect(budget.take(5001, 1_000_000)).toBe(false);
  });

  test("is not given time back by a packet that is older than the one before", () => {
    const budget = new SoundBudget();
    budget.take(5000, 1000);
    expect(budget.take(20, 0)).toBe(false);
    expect(budget.take(20, 1000)).toBe(false);
  });
});

describe("JitterBuffer with a sender", () => {
  test.each([
    ["of packets of 20 ms, ten in each of them", 1, TICKS, 2],
    ["whose timestamps say that it pauses for 900 ms before each", 1, TICKS + 7200, 20],
    ["whose numbers and timestamps say that 45 are lost before each", 46, 46 * TICKS, 20],
    ["of both at once", 46, 46 * TICKS, 2],
  ])("%s, lays no more than there was time for", (_, numbers, ticks, everyMs) => {
    const packets = Array.from({ length: 2000 }, (_, n) =>
      audio(n, {
        sequenceNumber: n * numbers & 0xffff,
        timestamp: n * ticks >>> 0,
        receivedAt: 20 + everyMs * n,
      }));
    const seconds = 2000 * everyMs / 1000;
    const { frames, buffer } = listen(packets, 1000 * seconds);
    expect(secondsOf(frames)).toBeLessThan(5 + 1.11 * seconds);
    expect(secondsOf(frames)).toBeGreaterThan(0.9 * seconds);
    const { received, delivered, tooFast, waiting, late, strays } = buffer.statistics;
    expect(received).toBe(delivered + tooFast + waiting + late + strays);
  });

  test("whose timestamps run twice as fast as its sound, hears it without holes in the end", () => {
    const packets = Array.from({ length: 1500 }, (_, n) => audio(n, { timestamp: n * 2 * TICKS }));
    const { frames, buffer } = listen(packets, 30_000);
    const last = frames.slice(-500);
    expect(last.filter(({ kind }) => kind === "audio").length).toBeGreaterThan(440);
    expect(buffer.statistics.delivered).toBe(1500);
  });

  test("that speaks on at its pace after a flood is heard whole", () => {
    const flood = Array.from({ length: 1000 }, (_, n) => audio(n, { receivedAt: 20 + n }));
    const voice = Array.from(
      { length: 500 },
      (_, n) => audio(1000 + n, { receivedAt: 1100 + 20 * n }),
    );
    const { frames } = listen([...flood, ...voice], voice.at(-1)!.receivedAt);
    const heard = new Set(frames.map(({ payload }) => payload));
    expect(voice.filter(({ payload }) => heard.has(payload)).length).toBe(500);
  });
});
