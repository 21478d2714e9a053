import { describe, expect, test } from "bun:test";
import { SeededRandom, type Tick, Ticker, VirtualClock } from "../../src/clock/mod.ts";

describe("Ticker", () => {
  test("ticks at whole periods of the clock plus the phase, for ever without drift", async () => {
    const clock = new VirtualClock(1003.7);
    const ticker = new Ticker(clock);
    const deadlines: number[] = [];
    ticker.add((deadline, lateness, missed) => {
      expect(deadline).toBe(clock.now());
      expect([lateness, missed]).toEqual([0, 0]);
      deadlines.push(deadline);
    }, 7.5);
    await clock.advance(60_000);
    expect(deadlines).toEqual(Array.from({ length: 3000 }, (_, i) => 1007.5 + i * 20));
  });

  test("serves all subscribers with one timer, and with none when they are gone", async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(clock);
    expect(clock.pending).toBe(0);
    let calls = 0;
    const ticks = Array.from({ length: 100 }, () => ticker.add(() => calls++));
    expect([clock.pending, ticker.size]).toEqual([1, 100]);
    await clock.advance(100);
    expect(calls).toBe(500);
    for (const tick of ticks) tick.remove();
    ticks[0].remove();
    expect([clock.pending, ticker.size]).toEqual([0, 0]);
    await clock.advance(100);
    expect(calls).toBe(500);
  });

  test("spreads those that name no phase evenly", () => {
    const ticker = new Ticker(new VirtualClock());
    const phases = Array.from({ length: 80 }, () => ticker.add(() => {}).phaseMs);
    const first = new Set(phases.slice(0, 40));
    expect([first.size, new Set(phases.slice(40)).size]).toEqual([40, 40]);
    const [a, b] = phases;
    expect(Math.abs(a - b) >= 1).toBe(true);
  });

  test("stands one call for all ticks that were missed, and goes on in the old beat", async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(clock);
    const calls: number[][] = [];
    ticker.add((...call) => calls.push(call), 4);
    ticker.add((...call) => calls.push(call), 15);
    await clock.advance(20);
    expect(calls).toEqual([[4, 0, 0], [15, 0, 0]]);
    calls.length = 0;
    clock.stall(70);
    await clock.advance(20);
    // At 90: 24, 44, 64, 84 and 35, 55, 75 have passed. In the order of their deadlines.
    expect(calls).toEqual([[75, 15, 2], [84, 6, 3], [95, 0, 0], [104, 0, 0]]);
    expect(ticker.missed).toBe(5);
    expect([ticker.lateness.max, ticker.lateness.count]).toEqual([15, 6]);
  });

  test("counts each tick as called or missed, from the beginning, wherever the process stalls", async () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new SeededRandom(seed);
      const clock = new VirtualClock();
      let ticks = 0;
      new Ticker(clock).add((_deadline, _lateness, missed) => {
        ticks += 1 + missed;
        expect(ticks).toBe(Math.floor(clock.now() / 20));
      }, 0);
      for (let i = 0; i < 100; i++) {
        if (random.uint32() % 5 === 0) clock.stall(random.uint32() % 100);
        await clock.advance(random.uint32() % 30);
      }
    }
  });

  test("moves a tick to a new phase with half a period to one and a half between", async () => {
    const random = new SeededRandom(5);
    const clock = new VirtualClock();
    const ticker = new Ticker(clock);
    const deadlines: number[] = [];
    const tick: Tick = ticker.add((deadline) => {
      deadlines.push(deadline);
      if (random.uint32() % 2) tick.phaseMs = (random.uint32() % 4000) / 100;
    });
    await clock.advance(10_000);
    const gaps = deadlines.slice(1).map((deadline, i) => deadline - deadlines[i]);
    expect(gaps.length > 400).toBe(true);
    expect(Math.min(...gaps) > 10).toBe(true);
    expect(Math.max(...gaps) <= 30).toBe(true);
    expect(ticker.missed).toBe(0);
  });

  test("has no two ticks closer than half a period whenever it is moved", async () => {
    const random = new SeededRandom(6);
    const clock = new VirtualClock();
    const deadlines: number[] = [];
    const tick = new Ticker(clock).add((deadline) => deadlines.push(deadline));
    for (let i = 0; i < 1000; i++) {
      await clock.advance(random.uint32() % 30);
      tick.phaseMs = (random.uint32() % 4000) / 100;
    }
    const gaps = deadlines.slice(1).map((deadline, i) => deadline - deadlines[i]);
    expect(gaps.length > 300).toBe(true);
    expect(Math.min(...gaps) > 10).toBe(true);
  });

  test("keeps the beat across small moves", async () => {
    const clock = new VirtualClock();
    const deadlines: number[] = [];
    const tick = new Ticker(clock).add((deadline) => {
      deadlines.push(deadline);
      tick.phaseMs += deadlines.length < 4 ? 0.5 : -0.5;
    }, 19);
    await clock.advance(130);
    expect(deadlines).toEqual([19, 39.5, 60, 80.5, 100, 119.5]);
    expect(tick.phaseMs).toBe(19);
  });

  test("lets a callback remove itself and others, and add new ones", async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(clock);
    const seen: string[] = [];
    const first = ticker.add((deadline) => {
      seen.push(`first ${deadline}`);
      first.remove();
      second.remove();
      ticker.add((deadline) => seen.push(`third ${deadline}`), 10);
    }, 10);
    const second = ticker.add(() => seen.push("second"), 10);
    await clock.advance(50);
    expect(seen).toEqual(["first 10", "third 30", "third 50"]);
  });

  test("touches nobody else when a callback throws, and passes the error on", async () => {
    const clock = new VirtualClock();
    const errors: unknown[] = [];
    const ticker = new Ticker(clock, { onError: (error) => errors.push(error) });
    let calls = 0;
    ticker.add(() => {
      throw new TypeError("in a tick");
    }, 3);
    ticker.add(() => calls++, 3);
    await clock.advance(100);
    expect(calls).toBe(5);
    expect([ticker.failures, errors.length]).toEqual([5, 5]);
    expect(errors[0]).toBeInstanceOf(TypeError);
  });

  test("owes nothing for the time without subscribers", async () => {
    const clock = new VirtualClock();
    const ticker = new Ticker(clock);
    ticker.add(() => {}).remove();
    await clock.advance(1000);
    const calls: number[][] = [];
    ticker.add((...call) => calls.push(call), 12);
    await clock.advance(20);
    expect(calls).toEqual([[1012, 0, 0]]);
  });

  test("takes other periods, and refuses those it cannot keep", async () => {
    const clock = new VirtualClock();
    const deadlines: number[] = [];
    new Ticker(clock, { periodMs: 2.5 }).add((deadline) => deadlines.push(deadline), 1);
    await clock.advance(7);
    expect(deadlines).toEqual([1, 3.5, 6]);
    for (const periodMs of [0, -20, 0.3, NaN, Infinity]) {
      expect(() => new Ticker(clock, { periodMs })).toThrow(RangeError);
    }
    expect(() => new Ticker(clock).add(() => {}, NaN)).toThrow(RangeError);
  });
});
