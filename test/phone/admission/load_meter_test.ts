import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../../src/clock/mod.ts";
import { LoadMeter, type LoadMeterOptions } from "../../../src/phone/mod.ts";

/** A meter of 5 s at 20 ms: 250 ticks, of which 25 may be more than 20 ms late. */
function meterOf(options: Partial<LoadMeterOptions> = {}): LoadMeter {
  return new LoadMeter({ periodMs: 20, maxLateShare: 0.1, ...options });
}

/** The index of the first of `ticks` at which it says something else than before; -1 if none does. */
function turnsAt(meter: LoadMeter, ticks: readonly number[]): number {
  return ticks.findIndex((latenessMs) => meter.push(latenessMs, 0));
}

function repeat(latenessMs: number, times: number): number[] {
  return Array.from({ length: times }, () => latenessMs);
}

describe("LoadMeter", () => {
  test("knows nothing bad of a process that has not ticked", () => {
    expect(meterOf().state).toEqual({
      ...{ isOverloaded: false, latenessMs: 0, worstMs: 0, lateShare: 0, missed: 0 },
    });
  });

  test("says so once a tenth of the window is later than 20 ms", () => {
    const meter = meterOf();
    expect(turnsAt(meter, repeat(20.1, 250))).toBe(24);
    expect(meter.isOverloaded).toBe(true);
  });

  test("takes a fifth of the window where nothing is said, which a pause of a second is not", () => {
    const meter = new LoadMeter({ periodMs: 20 });
    meter.push(0, 50);
    expect(meter.isOverloaded).toBe(false);
    expect(turnsAt(meter, repeat(20.1, 10))).toBe(0);
  });

  test("knows a process that has work for 22 ms in each 20 by the ticks it passes over", () => {
    const meter = meterOf();
    // Ten rounds of 22 ms in the time of eleven ticks: one of them does not come.
    const rounds = Array.from({ length: 500 }, (_, round) => round % 10 === 9 ? 1 : 0);
    expect(rounds.some((missed, round) => meter.push(2 * (round % 10), missed))).toBe(false);
    expect(meter.state.lateShare).toBeCloseTo(1 / 11, 1);
  });

  test("takes ticks of exactly 20 ms for good", () => {
    expect(turnsAt(meterOf(), repeat(20, 1000))).toBe(-1);
  });

  test("is told of a pause by the ticks that did not come, each late by one more period", () => {
    const meter = meterOf();
    meter.push(5, 3);
    expect(meter.state).toMatchObject({ worstMs: 65, missed: 3, lateShare: 3 / 250 });
  });

  test("is not moved by one pause of 400 ms, and is by one of 600", () => {
    const [short, long] = [meterOf(), meterOf()];
    short.push(0, 20);
    long.push(0, 30);
    expect([short.isOverloaded, long.isOverloaded]).toEqual([false, true]);
  });

  test("survives a pause that is longer than all it remembers", () => {
    const meter = meterOf();
    meter.push(3, 1_000_000);
    expect(meter.state).toMatchObject({
      isOverloaded: true,
      missed: 1_000_000,
      lateShare: 249 / 250,
    });
    expect(turnsAt(meter, repeat(0, 300))).toBe(236);
  });

  test("takes calls again only when half of the limits are kept", () => {
    const meter = meterOf();
    turnsAt(meter, repeat(30, 250));
    // Later than half of 20 ms, and no later than that: it neither says so nor takes it back.
    expect(turnsAt(meter, repeat(11, 1000))).toBe(-1);
    expect(meter.state).toMatchObject({ isOverloaded: true, lateShare: 0 });
    expect(turnsAt(meter, repeat(10, 250))).toBe(237);
    expect(meter.isOverloaded).toBe(false);
  });

  test("does not flutter where lateness swings around its limit", () => {
    const meter = meterOf();
    const random = new SeededRandom(5);
    let changes = 0;
    for (let tick = 0; tick < 50_000; tick++) {
      const isLate = random.uint32() % 10 === 0;
      if (meter.push(isLate ? 21 : 12, 0)) changes++;
    }
    expect(changes).toBe(1);
  });

  test("tells the latency of 99 ticks in 100", () => {
    const meter = meterOf({ windowMs: 2000 });
    for (let tick = 1; tick <= 100; tick++) meter.push(tick / 10, 0);
    expect(meter.state).toMatchObject({ latenessMs: 9.9, worstMs: 10 });
    for (let tick = 0; tick < 99; tick++) meter.push(1, 0);
    expect(meter.state).toMatchObject({ latenessMs: 1, worstMs: 10 });
    meter.push(1, 0);
    expect(meter.state).toMatchObject({ worstMs: 1 });
  });

  test.each([
    [{ maxLatenessMs: 0 }],
    [{ maxLatenessMs: NaN }],
    [{ maxLateShare: 0 }],
    [{ maxLateShare: 1.1 }],
    [{ windowMs: 99 }],
    [{ windowMs: Infinity }],
  ])("refuses %j", (options) => {
    expect(() => meterOf(options)).toThrow(RangeError);
  });
});
