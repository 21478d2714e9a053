import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom, type Timer, VirtualClock } from "../../src/clock/mod.ts";
import { GroupedTimers } from "../../src/sip/mod.ts";

describe("GroupedTimers", () => {
  test("calls at the very time, whatever else is set", async () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    const calls: [number, number][] = [];
    const set = (delayMs: number) =>
      timers.setTimer(() => calls.push([delayMs, clock.now()]), delayMs);
    set(500);
    set(100);
    await clock.advance(30);
    set(500);
    set(0);
    await clock.advance(1_000);
    expect(calls).toEqual([[0, 30], [100, 100], [500, 500], [500, 530]]);
    expect(clock.pending).toBe(0);
  });

  test("holds one timer of the clock for each delay, and none when all are cancelled", () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    const set = Array.from({ length: 3000 }, (_, i) => timers.setTimer(() => {}, (i % 3) * 100));
    expect([timers.pending, clock.pending]).toEqual([3000, 3]);
    for (const timer of set) timer.cancel();
    expect([timers.pending, clock.pending]).toEqual([0, 0]);
  });

  test("forgets a cancelled timer, also twice and after its call", async () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    let calls = 0;
    const first = timers.setTimer(() => calls++, 10);
    const second = timers.setTimer(() => calls++, 10);
    first.cancel();
    first.cancel();
    await clock.advance(10);
    second.cancel();
    expect(calls).toBe(1);
  });

  test("lets a callback set another timer of the same delay without delaying those that wait", async () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    const calls: number[] = [];
    timers.setTimer(() => timers.setTimer(() => calls.push(clock.now()), 100), 100);
    await clock.advance(50);
    timers.setTimer(() => calls.push(clock.now()), 100);
    await clock.advance(1_000);
    expect(calls).toEqual([150, 200]);
  });

  test("lets a callback cancel what is due at the same time", async () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    const calls: string[] = [];
    timers.setTimer(() => {
      calls.push("first");
      second.cancel();
    }, 10);
    const second = timers.setTimer(() => calls.push("second"), 10);
    await clock.advance(20);
    expect(calls).toEqual(["first"]);
    expect(clock.pending).toBe(0);
  });

  test("goes on when a callback throws", async () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    let calls = 0;
    timers.setTimer(() => {
      throw new Error("broken");
    }, 10);
    timers.setTimer(() => calls++, 10);
    await clock.advance(10).catch(() => {});
    await clock.advance(10);
    expect(calls).toBe(1);
  });

  test("clears all, also from within a callback", async () => {
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    let calls = 0;
    timers.setTimer(() => timers.clear(), 10);
    for (const delayMs of [10, 10, 20]) timers.setTimer(() => calls++, delayMs);
    await clock.advance(100);
    expect([calls, timers.pending, clock.pending]).toEqual([0, 0, 0]);
  });

  test("does what a clock does in ten thousand random steps", async () => {
    const random = new SeededRandom(5);
    const clock = new VirtualClock();
    const timers = new GroupedTimers(clock);
    const expected: number[] = [];
    const actual: number[] = [];
    const live: Timer[][] = [];
    for (let i = 0; i < 10_000; i++) {
      const kind = fraction(random);
      if (kind < 0.6) {
        const delayMs = Math.floor(fraction(random) * 5) * 25;
        live.push([
          clock.setTimer(() => expected.push(clock.now()), delayMs),
          timers.setTimer(() => actual.push(clock.now()), delayMs),
        ]);
      } else if (kind < 0.95) {
        const [pair] = live.splice(Math.floor(fraction(random) * live.length), 1);
        for (const timer of pair ?? []) timer.cancel();
      } else await clock.advance(Math.floor(fraction(random) * 30));
    }
    await clock.advance(1_000);
    expect(actual.length).toBeGreaterThan(1_000);
    expect(actual).toEqual(expected);
  });
});
