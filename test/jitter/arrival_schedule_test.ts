import { describe, expect, test } from "bun:test";
import { ArrivalSchedule } from "../../src/jitter/arrival_schedule.ts";

const BOUNDS = { deadlineMs: 40, minDeadlineMs: 30, maxDeadlineMs: 120 };

/** A schedule that has seen a packet of 20 ms every 20 ms, of these transits. */
function afterTransits(transits: Iterable<number>): ArrivalSchedule {
  const schedule = new ArrivalSchedule(BOUNDS);
  schedule.restart(0, 0);
  let now = 0;
  for (const transit of transits) schedule.note(transit, now += 20, 20, true);
  return schedule;
}

describe("ArrivalSchedule", () => {
  test("takes the least transit of late as the time when packets are due", () => {
    expect(afterTransits([7, 3, 9, 5]).dueAt(1000)).toBe(1000);
    expect(afterTransits([7, -3, 9, 5]).dueAt(1000)).toBe(997);
  });

  test("follows a slow clock upwards within 2 ms, and a fast one at once", () => {
    const drift = (ppm: number) => Array.from({ length: 5000 }, (_, n) => 20 * n * ppm / 1e6);
    expect(Math.abs(afterTransits(drift(200)).dueAt(0) - 20)).toBeLessThan(2);
    expect(afterTransits(drift(-200)).dueAt(0)).toBeCloseTo(-20, 1);
  });

  test("moves up to a packet that missed its deadline, and back down with the next in time", () => {
    expect(afterTransits([0, 0, 300]).dueAt(0)).toBe(300);
    expect(afterTransits([0, 0, 300, 280, 100, 0]).dueAt(0)).toBe(0);
  });

  test("does not move for a late packet after which others have come", () => {
    const schedule = afterTransits([0, 0]);
    schedule.note(300, 400, 20, false);
    expect(schedule.dueAt(0)).toBe(0);
  });

  test("starts at the deadline it was given, and keeps within its bounds", () => {
    expect(afterTransits([]).deadlineMs(20)).toBe(40);
    expect(afterTransits(new Array(5000).fill(0)).deadlineMs(20)).toBeCloseTo(30, 5);
    expect(afterTransits(new Array(5000).fill(0)).deadlineMs(60)).toBe(90);
    expect(afterTransits(Array.from({ length: 500 }, (_, n) => n % 2 * 110)).deadlineMs(20)).toBe(
      120,
    );
  });

  test("rises to a late packet in one step and forgets it over seconds", () => {
    const calm = new Array(500).fill(0);
    expect(afterTransits([...calm, 28]).deadlineMs(20)).toBeGreaterThan(35);
    expect(afterTransits([...calm, 28, ...calm]).deadlineMs(20)).toBeLessThan(32);
  });

  test("learns nothing from a stall, which no deadline could have bridged", () => {
    expect(afterTransits([0, 0, 121]).deadlineMs(20)).toBeLessThan(40);
  });
});
