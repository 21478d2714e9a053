import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { ReceptionStatistics } from "../../src/rtp/reception_statistics.ts";

/** Pushes packets 20 ms of PCMU apart. */
function feed(
  statistics: ReceptionStatistics,
  numbers: readonly number[],
  { ssrc = 7, delayMs = (_: number): number => 0 } = {},
): void {
  for (const n of numbers) {
    const packet = { ssrc, sequenceNumber: n & 0xffff, timestamp: (n * 160) >>> 0 };
    statistics.push(packet, n * 20 + delayMs(n));
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

const trusted = () => new ReceptionStatistics({ minSequential: 1 });

describe("ReceptionStatistics, loss", () => {
  test("counts what is missing, over the wrap of the numbers", () => {
    const statistics = trusted();
    feed(statistics, [...range(65530, 65540), ...range(65545, 65550)]);
    expect([statistics.expected, statistics.received, statistics.lost]).toEqual([20, 15, 5]);
    expect(statistics.takeReport()).toEqual({
      ssrc: 7,
      fractionLost: 64,
      cumulativeLost: 5,
      highestSequence: 65549,
      jitter: 0,
    });
  });

  test("tells the share lost since the report before", () => {
    const statistics = trusted();
    feed(statistics, range(0, 100));
    expect(statistics.takeReport()?.fractionLost).toBe(0);
    feed(statistics, range(100, 200).filter((n) => n % 2 === 1));
    expect(statistics.takeReport()).toMatchObject({ fractionLost: 128, cumulativeLost: 50 });
    feed(statistics, range(200, 300));
    expect(statistics.takeReport()).toMatchObject({ fractionLost: 0, cumulativeLost: 50 });
  });

  test("does not take late packets for lost, and makes duplicates a negative loss", () => {
    const statistics = trusted();
    feed(statistics, [0, 1, 3, 2, 4, 4, 4]);
    expect(statistics.lost).toBe(-2);
    expect(statistics.takeReport()).toMatchObject({ fractionLost: 0, cumulativeLost: -2 });
  });

  test("has nothing to report of a source that fell silent, or before there is one", () => {
    const statistics = trusted();
    expect(statistics.takeReport()).toBeUndefined();
    expect([statistics.expected, statistics.ssrc]).toEqual([0, undefined]);
    feed(statistics, [1]);
    expect(statistics.takeReport()).toBeDefined();
    expect(statistics.takeReport()).toBeUndefined();
  });

  test("keeps the count of losses within its 24 bits", () => {
    const statistics = trusted();
    let n = 0;
    for (let i = 0; i < 4000; i++) feed(statistics, [n += 2900]);
    expect(statistics.lost).toBeGreaterThan(0x7f_ffff);
    expect(statistics.takeReport()).toMatchObject({ cumulativeLost: 0x7f_ffff, fractionLost: 255 });
  });

  test("agrees with a count by hand at random loss", () => {
    const random = new SeededRandom(3);
    const arrived = range(60_000, 70_000).filter((n) => n === 60_000 || random.uint32() % 10 > 1);
    const statistics = trusted();
    feed(statistics, arrived);
    expect(statistics.lost).toBe(arrived.at(-1)! - 60_000 + 1 - arrived.length);
  });
});

describe("ReceptionStatistics, sources", () => {
  test("counts a source from its second packet in sequence on, as appendix A.1 says", () => {
    const statistics = new ReceptionStatistics();
    feed(statistics, [5, 90, 300, 301, 302]);
    expect([statistics.expected, statistics.received]).toEqual([2, 2]);
  });

  test("starts anew with another SSRC", () => {
    const statistics = trusted();
    feed(statistics, [1, 2, 9]);
    statistics.takeReport();
    feed(statistics, [500, 503], { ssrc: 8 });
    expect(statistics.takeReport()).toMatchObject({
      ssrc: 8,
      fractionLost: 128,
      cumulativeLost: 2,
      highestSequence: 503,
    });
  });

  test("takes one packet far away for noise, and two in sequence for a new start", () => {
    const statistics = trusted();
    feed(statistics, range(0, 50));
    expect(statistics.push({ ssrc: 7, sequenceNumber: 30_000, timestamp: 0 }, 1000)).toBe(false);
    feed(statistics, [50, 51]);
    expect([statistics.expected, statistics.received]).toEqual([52, 52]);
    feed(statistics, [30_000, 30_001, 30_002]);
    expect([statistics.expected, statistics.received]).toEqual([2, 2]);
  });

  test("follows a jump of 65,535 packets, which is one step back", () => {
    const statistics = trusted();
    feed(statistics, [100, 100 + 65_535, 101]);
    expect([statistics.expected, statistics.received]).toEqual([2, 3]);
  });
});

describe("ReceptionStatistics, jitter", () => {
  test("is nought for packets as regular as their timestamps", () => {
    const statistics = trusted();
    feed(statistics, range(0, 100), { delayMs: () => 80 });
    expect(statistics.jitterMs).toBe(0);
  });

  test("is the smoothed difference of the delays, as appendix A.8 has it", () => {
    const statistics = trusted();
    feed(statistics, [0, 1], { delayMs: (n) => n * 8 });
    expect(statistics.jitterMs).toBe(0.5); // 8 ms / 16
    feed(statistics, [2], { delayMs: () => 0 });
    expect(statistics.jitterMs).toBe(0.5 + (8 - 0.5) / 16);
  });

  test("tends to the difference that delays alternate by", () => {
    const statistics = trusted();
    feed(statistics, range(0, 400), { delayMs: (n) => n % 2 * 10 });
    expect(statistics.jitterMs).toBeCloseTo(10, 3);
    expect(statistics.takeReport()?.jitter).toBe(79); // ticks, rounded down
  });

  test("is not raised by silence, by a new time base or by events", () => {
    const statistics = trusted();
    feed(statistics, [...range(0, 10), ...range(300, 310)]);
    const jump = { ssrc: 7, sequenceNumber: 310, timestamp: 4_000_000_000 };
    statistics.push(jump, 6200);
    statistics.push({ ...jump, sequenceNumber: 311, timestamp: 4_000_000_160 }, 6220);
    for (let i = 0; i < 10; i++) {
      const event = { ssrc: 7, sequenceNumber: 312 + i, timestamp: 9, kind: "telephone-event" };
      statistics.push(event, 6240 + i * 20);
    }
    expect(statistics.jitterMs).toBe(0);
  });

  test("goes on over a change of the clock rate", () => {
    const statistics = trusted();
    feed(statistics, range(0, 400), { delayMs: (n) => n % 2 * 10 });
    const before = statistics.jitterMs;
    statistics.setClockRate(48_000);
    expect(statistics.jitterMs).toBeCloseTo(before, 9);
    statistics.push({ ssrc: 7, sequenceNumber: 400, timestamp: 0 }, 8000);
    statistics.push({ ssrc: 7, sequenceNumber: 401, timestamp: 960 }, 8030);
    expect(statistics.jitterMs).toBeCloseTo(before, 6);
  });
});
