import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { MessagePackets } from "../../src/media/mod.ts";

/** Messages as `arrival:length`, both in ms; gives the packets as `ssrc timestamp/8`, and what else is known. */
function packets(...messages: readonly (readonly [at: number, ms: number])[]) {
  const arrivals: number[] = [];
  const core = new MessagePackets({
    clockRate: 8000,
    durationOf: ({ length }) => length % 2 === 0 ? length : 0,
    onArrival: (at) => void arrivals.push(at),
  });
  const given = messages.map(([receivedAt, ms]) =>
    core.push({ payload: new Uint8Array(ms * 8), receivedAt })
      .map(({ ssrc, timestamp }) => [ssrc, timestamp / 8])
  );
  return { given, arrivals, counters: core.counters };
}

describe("MessagePackets", () => {
  test("numbers packets and their time as RTP does, by 16 and by 32 bits", () => {
    const tick = 2 ** 29;
    const core = new MessagePackets({
      clockRate: tick * 50,
      durationOf: () => tick,
      onArrival: () => {},
    });
    const given = Array.from(
      { length: 2 ** 16 + 2 },
      (_, n) => core.push({ payload: new Uint8Array(1), receivedAt: 20 * n })[0],
    );
    expect(given.slice(0, 10).map(({ timestamp }) => timestamp / tick))
      .toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1]);
    expect(given.slice(-3).map(({ sequenceNumber }) => sequenceNumber)).toEqual([65_535, 0, 1]);
  });

  test("lays messages of any length end to end", () => {
    const { given, arrivals } = packets([0, 20], [21, 20], [39, 10], [51, 10], [90, 40]);
    expect(given).toEqual([[[1, 0]], [[1, 20]], [[1, 40]], [[1, 50]], [[1, 60]]]);
    expect(arrivals).toEqual([0, 21, 39, 51, 90]);
  });

  test("begins anew after a pause, which it knows by the second message after it", () => {
    const { given, arrivals } = packets([0, 20], [20, 20], [700, 20], [720, 20], [740, 20]);
    expect(given).toEqual([[[1, 0]], [[1, 20]], [], [[2, 40], [2, 60]], [[2, 80]]]);
    expect(arrivals).toEqual([0, 20, 720, 740]);
  });

  test("goes on after a stall, whose messages come in a burst", () => {
    const { given, arrivals } = packets([0, 20], [20, 20], [320, 20], [320, 20], [321, 20]);
    expect(given).toEqual([[[1, 0]], [[1, 20]], [], [[1, 40], [1, 60]], [[1, 80]]]);
    // No departure is to follow messages that came together.
    expect(arrivals).toEqual([0, 20]);
  });

  test("takes a long message for what was said since the one before", () => {
    const { given } = packets([0, 20], [1000, 1000], [2000, 1000]);
    expect(given).toEqual([[[1, 0]], [[1, 20]], [[1, 1020]]]);
  });

  test("holds one message only, however often the sender pauses", () => {
    const { given } = packets([0, 20], [500, 20], [1000, 20], [1500, 20], [1520, 20]);
    expect(given).toEqual([[[1, 0]], [], [[2, 20]], [[3, 40]], [[4, 60], [4, 80]]]);
  });

  test("drops what is two seconds ahead of its time, until there is room again", () => {
    const flood = Array.from({ length: 150 }, () => [0, 20] as const);
    const { given, counters } = packets(...flood, [20, 20], [20, 20]);
    expect(given.filter(({ length }) => length === 1)).toHaveLength(102);
    expect(counters).toEqual({ packets: 102, invalid: 0, tooFast: 50 });
  });

  test("counts what is no sound", () => {
    const core = new MessagePackets({
      clockRate: 8000,
      durationOf: ({ length }) => length % 2 === 0 ? length : 0,
      onArrival: () => {},
    });
    for (const length of [0, 1, 161]) {
      expect(core.push({ payload: new Uint8Array(length), receivedAt: 0 })).toEqual([]);
    }
    expect(core.counters).toEqual({ packets: 0, invalid: 3, tooFast: 0 });
  });

  test("keeps order and loses nothing that comes at its pace, whatever the network does", () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < 50; round++) {
      const core = new MessagePackets({
        clockRate: 8000,
        durationOf: ({ length }) => length,
        onArrival: () => {},
      });
      let arrivedAt = 0;
      const sent = 500;
      const numbers: number[] = [];
      for (let n = 0; n < sent; n++) {
        // Said each 20 ms; late by up to 50 ms, and once in a while by up to 2 s, with all after it.
        const lateMs = random.uint32() % 40 === 0 ? random.uint32() % 2000 : random.uint32() % 50;
        arrivedAt = Math.max(arrivedAt, n * 20 + lateMs);
        const payload = new Uint8Array(160).fill(n & 0xff);
        for (
          const { sequenceNumber, timestamp, payload: { 0: first } } of core.push({
            payload,
            receivedAt: arrivedAt,
          })
        ) {
          expect(timestamp).toBe(160 * sequenceNumber);
          expect(first).toBe(sequenceNumber & 0xff);
          numbers.push(sequenceNumber);
        }
      }
      expect(numbers.length).toBeGreaterThanOrEqual(sent - 1);
      expect(core.counters.tooFast).toBe(0);
    }
  });
});
