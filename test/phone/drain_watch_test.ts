import { describe, expect, test } from "bun:test";
import type { Call } from "../../src/call/mod.ts";
import { VirtualClock } from "../../src/clock/mod.ts";
import type { DrainProgress } from "../../src/phone/mod.ts";
import { watchDrain } from "../../src/phone/drain_watch.ts";

/** Calls that end when they are told to, and what was told of them. */
function scene(count: number) {
  const clock = new VirtualClock();
  const ends: (() => void)[] = [];
  const calls = Array.from({ length: count }, () => {
    const ended = new Promise<void>((resolve) => ends.push(resolve));
    return { ended } as unknown as Call;
  });
  const told: DrainProgress[] = [];
  const onProgress = (progress: DrainProgress) => told.push(progress);
  const left = () => told.map(({ left, elapsedMs }) => [elapsedMs, left]);
  const drain = (limitMs: number) => watchDrain(calls, { clock, limitMs, onProgress });
  return { clock, ends, told, left, drain };
}

describe("watchDrain", () => {
  test("tells each second and with each call, and is over with the last", async () => {
    const { clock, ends, left, told, drain } = scene(2);
    const drained = drain(10_000);
    await clock.advance(1500);
    ends[1]();
    await clock.advance(600);
    ends[0]();
    await drained;
    expect(left()).toEqual([[0, 2], [1000, 2], [1500, 1], [2000, 1], [2100, 0]]);
    expect(told[0]).toEqual({ left: 2, of: 2, elapsedMs: 0, limitMs: 10_000 });
    expect(clock.pending).toBe(0);
  });

  test("is over when time is up, and says who is left", async () => {
    const { clock, ends, left, drain } = scene(1);
    await clock.runUntil(drain(1500));
    expect(left()).toEqual([[0, 1], [1000, 1], [1500, 1]]);
    ends[0]();
    await clock.advance(5000);
    expect(left()).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  test("is over at once without a call", async () => {
    const { clock, left, drain } = scene(0);
    await clock.runUntil(drain(5000));
    expect(left()).toEqual([[0, 0]]);
    expect(clock.pending).toBe(0);
  });
});
