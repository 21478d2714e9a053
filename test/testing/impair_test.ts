import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { impair } from "../../src/testing/mod.ts";
import { ImpairedWay } from "../../src/testing/impaired_way.ts";
import type { NetworkImpairments } from "../../src/testing/mod.ts";

const COUNT = 20_000;

/** What became of packets 20 ms apart: the arrivals of each. */
function fates(impairments: NetworkImpairments, seed = 1): number[][] {
  const way = new ImpairedWay(impairments, new SeededRandom(seed));
  return Array.from({ length: COUNT }, (_, i) => way.carry(20 * i).map((takes) => 20 * i + takes));
}

function share(fates: readonly number[][], is: (arrivals: readonly number[]) => boolean): number {
  return fates.filter(is).length / fates.length;
}

describe("an impaired way", () => {
  test("brings every packet at once where nothing is wrong with it", () => {
    expect(fates({}).every(([arrival, more], i) => arrival === 20 * i && more === undefined))
      .toBe(true);
  });

  test("loses as many packets as it was told", () => {
    expect(share(fates({ loss: 0.05 }), ({ length }) => length === 0)).toBeCloseTo(0.05, 2);
  });

  test("loses in bursts of the length that follows from how it leaves them", () => {
    const lost = fates({ burst: { enter: 0.01, leave: 0.2 } }).map(({ length }) => length === 0);
    const bursts = lost.filter((isLost, i) => isLost && !lost[i - 1]).length;
    const packets = lost.filter(Boolean).length;
    expect(Math.abs(packets / bursts - 5)).toBeLessThan(0.7);
    expect(packets / COUNT).toBeCloseTo(0.01 / 0.21, 1);
  });

  test("is late by its delay and up to its jitter, and keeps the order", () => {
    const arrivals = fates({ delayMs: 50, jitterMs: 60 }).map(([arrival]) => arrival);
    const delays = arrivals.map((arrival, i) => arrival - 20 * i);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...delays)).toBeLessThan(110);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(50);
    expect(arrivals.every((arrival, i) => i === 0 || arrival >= arrivals[i - 1])).toBe(true);
  });

  test("lets some be overtaken and brings some twice", () => {
    const given = fates({ reorder: 0.1, duplicate: 0.02 });
    const overtaken = given.filter(([arrival], i) => i + 1 < COUNT && arrival > given[i + 1][0]);
    expect(overtaken.length / COUNT).toBeGreaterThan(0.07);
    expect(share(given, ({ length }) => length === 2)).toBeCloseTo(0.02, 2);
  });

  test("does the same with the same seed and something else with another", () => {
    const impairments = { loss: 0.1, jitterMs: 20, reorder: 0.1 };
    expect(fates(impairments)).toEqual(fates(impairments));
    expect(fates(impairments, 2)).not.toEqual(fates(impairments));
  });
});

describe("impair", () => {
  test("impairs both ways alike but for what it is told of one", () => {
    const line = impair({ loss: 0.1, toCaller: { loss: 0 }, driftPpm: 50 });
    expect([line.toAgent.loss, line.toCaller.loss, line.driftPpm]).toEqual([0.1, 0, 50]);
  });

  test.each([
    [{ loss: 2 }, "loss is 0 to 1: current value is 2"],
    [{ burst: { enter: 0.1, leave: -1 } }, "burst.leave is 0 to 1: current value is -1"],
    [{ toAgent: { jitterMs: NaN } }, "jitterMs is 0 to 5000: current value is NaN"],
    [{ echo: { levelDb: 3, delayMs: 100 } }, "echo.levelDb is -100 to 0: current value is 3"],
    [{ echo: { levelDb: -3, delayMs: 1 } }, "echo.delayMs is 20 to 2000: current value is 1"],
  ])("refuses %j", (impairments, message) => {
    expect(() => impair(impairments)).toThrow(message);
  });
});
