import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import { audio, audios, G711, listen, noise, spell, TICKS, type TimedFrame } from "./line.ts";

const HOUR_OF_PACKETS = 180_000;

/** How long after its arrival the slowest packet was passed on; each carries its arrival. */
function longestWait(frames: readonly TimedFrame[], arrivals: ReadonlyMap<Uint8Array, number>) {
  return frames.reduce((most, { at, payload }) => {
    return Math.max(most, at - (arrivals.get(payload) ?? at));
  }, 0);
}

describe("JitterBuffer over an hour", () => {
  test.each([[200], [-200], [0]])("of a sender %d ppm off loses and delays nothing", (ppm) => {
    const random = new SeededRandom(ppm);
    const packets = Array.from({ length: HOUR_OF_PACKETS }, (_, n) => {
      const receivedAt = (20 * n + 20) * (1 + ppm / 1e6) + 12 * fraction(random);
      return audio(n, { receivedAt });
    });
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt);
    expect(buffer.statistics).toMatchObject({
      delivered: HOUR_OF_PACKETS,
      lost: 0,
      late: 0,
      concealedMs: 0,
      silenceMs: 0,
      timestampJumps: 0,
      leadMs: 0,
    });
    expect(frames.every(({ at }, n) => at === packets[n].receivedAt)).toBe(true);
  });

  test.each([[200], [-200]])(
    "of talk and pauses of a sender %d ppm off stays with the sender",
    (ppm) => {
      const arrival = (n: number) => (20 * n + 20) * (1 + ppm / 1e6);
      const packets = [];
      for (let n = 0; n < HOUR_OF_PACKETS; n += 500) {
        for (let i = 0; i < 200; i++) packets.push(audio(n + i, { receivedAt: arrival(n + i) }));
        packets.push(noise(n + 200, { receivedAt: arrival(n + 200) }));
      }
      const numbered = packets.map((packet, i) => ({ ...packet, sequenceNumber: i & 0xffff }));
      const { frames, buffer } = listen(numbered, arrival(HOUR_OF_PACKETS));
      const { leadMs, ...statistics } = buffer.statistics;
      expect(statistics).toMatchObject({ lost: 0, late: 0, concealedMs: 0, timestampJumps: 0 });
      expect(leadMs).toBe(0);
      const { timestamp, duration } = frames.at(-1)!;
      const behind = HOUR_OF_PACKETS * TICKS - (timestamp + duration);
      expect(behind).toBeGreaterThanOrEqual(0);
      expect(behind).toBeLessThan(4 * TICKS);
    },
  );

  test("of pauses of odd lengths keeps in step with its frames, and with the sender", () => {
    const random = new SeededRandom(9);
    let timestamp = 0;
    const packets = Array.from({ length: 20_000 }, (_, n) => {
      if (n % 50 === 0) timestamp += random.uint32() % 5000;
      const packet = audio(n, { timestamp, receivedAt: timestamp / 8 + 20 });
      timestamp += TICKS;
      return packet;
    });
    const { frames } = listen(packets, packets.at(-1)!.receivedAt);
    expect(frames.every(({ duration }) => duration === TICKS)).toBe(true);
    const sound = frames.filter(({ kind }) => kind === "audio");
    const off = sound.map((frame, n) => frame.timestamp - packets[n].timestamp);
    const drift = off.map((ticks) => Math.abs(ticks - off[0]));
    expect(Math.max(...drift)).toBeLessThan(2 * TICKS);
  });

  test("on hold, whose sender's clock went on 200 ppm slower, is no jump and loses nothing", () => {
    const packets = [
      ...audios(0, 50),
      ...Array.from({ length: 50 }, (_, i) => {
        const n = HOUR_OF_PACKETS + i;
        const receivedAt = (20 * n + 20) * (1 + 200 / 1e6);
        return audio(n, { sequenceNumber: 50 + i, receivedAt });
      }),
    ];
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt);
    expect(buffer.statistics).toMatchObject({ delivered: 100, late: 0, timestampJumps: 0 });
    expect(
      frames.slice(-50).every(({ kind, at }, i) => {
        return kind === "audio" && at === packets[50 + i].receivedAt;
      }),
    ).toBe(true);
  });
});

describe("JitterBuffer adapts its deadline", () => {
  const spread = (jitterMs: number, seed = 1) => {
    const random = new SeededRandom(seed);
    return audios(0, 3000).map((packet) => {
      return { ...packet, receivedAt: packet.receivedAt + jitterMs * fraction(random) };
    });
  };

  test("down to 30 ms on a calm line", () => {
    const { buffer } = listen(spread(0), 60_000);
    expect(buffer.statistics.deadlineMs).toBeCloseTo(30, 3);
  });

  test.each([[30], [50], [70]])(
    "to %d ms of jitter, so that no packet comes too late",
    (jitterMs) => {
      const packets = spread(jitterMs);
      const { buffer } = listen(packets, packets.at(-1)!.receivedAt);
      const { deadlineMs, late, lost, concealedMs } = buffer.statistics;
      expect(deadlineMs).toBeGreaterThan(jitterMs);
      expect(deadlineMs).toBeLessThan(Math.min(121, 1.6 * jitterMs));
      // What it costs to learn: at most some of the first packets.
      expect(late).toBeLessThan(5);
      expect(lost).toBeLessThan(5);
      expect(concealedMs).toBeLessThan(200);
    },
  );

  test("to no more than 120 ms on the worst", () => {
    const packets = spread(600);
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt);
    expect(buffer.statistics.deadlineMs).toBeLessThanOrEqual(120);
    const arrivals = new Map(packets.map(({ payload, receivedAt }) => [payload, receivedAt]));
    expect(longestWait(frames, arrivals)).toBeLessThanOrEqual(120);
  });

  test.each([[10, 30], [20, 30], [30, 45], [40, 60], [60, 90]])(
    "to packets of %d ms: not below %d ms, so that two may change places",
    (ms, deadlineMs) => {
      const ticks = 8 * ms;
      const packet = (n: number) => {
        const payload = new Uint8Array(ticks).fill(n);
        return audio(n, { payload, timestamp: n * ticks, receivedAt: ms * (n + 1) });
      };
      const packets = Array.from({ length: 1500 }, (_, n) => packet(n));
      packets[1490] = { ...packets[1490], receivedAt: packets[1491].receivedAt + 1 };
      const { frames, buffer } = listen(packets, ms * 1500);
      expect(buffer.statistics).toMatchObject({ lost: 0, reordered: 1, concealedMs: 0 });
      expect(frames).toHaveLength(1500);
      expect(buffer.statistics.deadlineMs).toBeGreaterThanOrEqual(deadlineMs);
      expect(buffer.statistics.deadlineMs).toBeLessThan(deadlineMs + 15);
    },
  );

  test("to a packet that was too late, so that the next one like it is not", () => {
    const late = (n: number) => audio(n, { receivedAt: 20 * n + 20 + 50 });
    const packets = [...audios(0, 200), late(200), ...audios(201, 210), late(210), late(211)];
    packets.push(...audios(212, 220), late(220), ...audios(221, 230));
    const { buffer } = listen(packets, 4621);
    expect(buffer.statistics).toMatchObject({ late: 1, lost: 1, concealedMs: 20, reordered: 3 });
  });
});

describe("JitterBuffer when packets change their length", () => {
  test("from 20 to 10, 30, 40 and 60 ms goes on without a seam", () => {
    let at = 0;
    const packets = [20, 20, 10, 10, 30, 30, 40, 40, 60, 60, 20, 20].map((ms, n) => {
      const payload = new Uint8Array(8 * ms).fill(n);
      const packet = audio(n, { payload, timestamp: 8 * at, receivedAt: at + ms });
      at += ms;
      return packet;
    });
    const { frames, buffer } = listen(packets, at);
    expect(spell(frames)).toBe("0 1 2 3 4 5 6 7 8 9 10 11");
    expect(buffer.statistics.concealedMs).toBe(0);
  });
});

describe("JitterBuffer after a stall", () => {
  /** Talk, of which the packets from number `from` up to `to` come together when `to` is due. */
  const stalled = (from: number, to: number, end: number) => {
    return audios(0, end).map((packet, n) => {
      return n < from || n >= to ? packet : { ...packet, receivedAt: 20 * to + 20 };
    });
  };

  test("passes on what is up to a second old, at once and in order, and nothing after it later", () => {
    const packets = stalled(50, 60, 100);
    const { frames, buffer } = listen(packets, 2020);
    expect(buffer.statistics).toMatchObject({ delivered: 100, late: 0 });
    expect(buffer.statistics.leadMs).toBe(180);
    const sound = frames.filter(({ kind }) => kind === "audio");
    expect(sound.every(({ at }, n) => at === packets[n].receivedAt)).toBe(true);
  });

  test("again and again drops nothing, and the line gets no longer with each", () => {
    const packets = audios(0, 15_000).map((packet, n) => {
      const isLate = n % 100 >= 90;
      return isLate ? { ...packet, receivedAt: 20 * (n - n % 100 + 100) + 20 } : packet;
    });
    const { frames, buffer } = listen(packets, 300_021);
    expect(buffer.statistics).toMatchObject({ delivered: 15_000, late: 0, lost: 0 });
    expect(buffer.statistics.leadMs).toBeLessThanOrEqual(200);
    const silent = frames.flatMap(({ kind, at }) => kind === "audio" ? [] : [at]);
    expect(silent.filter((at) => at > 10_000)).toEqual([]);
  });

  test("drops what is older, and no more than that", () => {
    const { buffer } = listen(stalled(50, 250, 300), 6020);
    const { late, delivered, leadMs } = buffer.statistics;
    expect(leadMs).toBeLessThanOrEqual(1000);
    expect(late + delivered).toBe(300);
    expect(delivered).toBeGreaterThanOrEqual(100 + 50);
    expect(delivered).toBeLessThanOrEqual(100 + 53);
  });

  test("takes the lead back out of a long silence, not out of one that may end a turn", () => {
    const talk = stalled(50, 60, 100);
    const pause = noise(100);
    const on = audios(250, 300).map((packet, i) => ({ ...packet, sequenceNumber: 101 + i }));
    const { frames, buffer } = listen([...talk, pause, ...on], 6000);
    expect(buffer.statistics.leadMs).toBe(0);
    const pauseAt = frames.findLastIndex((frame, i) => i < 160 && frame.kind === "audio") + 1;
    const silence = frames.slice(pauseAt, -50);
    expect(silence.every(({ kind }) => kind === "silence")).toBe(true);
    expect(silence[0].at - pause.receivedAt).toBeLessThanOrEqual(40);
    for (let i = 1; i < 50; i++) expect(silence[i].at - silence[i - 1].at).toBeLessThan(20.1);
    const { timestamp } = frames.at(-50)!;
    expect(timestamp).toBe(250 * TICKS);
  });

  test("leaves out no more than 200 ms of the next fill", () => {
    const packets = audios(0, 100).map((packet, n) => {
      return n < 50 ? packet : { ...packet, receivedAt: packet.receivedAt + 900 };
    });
    const { frames } = listen(packets, 4000);
    const last = frames.findLastIndex(({ kind }) => kind === "audio");
    const pauseMs = frames[last + 1].at - frames[last].at;
    expect(pauseMs).toBeGreaterThan(200);
    expect(pauseMs).toBeLessThanOrEqual(200 + 20 + 40);
    expect(spell(frames.slice(last + 1, last + 5))).toBe("- - - _");
  });

  test("and a longer way for good, fills once and then never again", () => {
    const packets = audios(0, 500).map((packet, n) => {
      return n < 50 ? packet : { ...packet, receivedAt: packet.receivedAt + 300 };
    });
    const { frames } = listen(packets, packets.at(-1)!.receivedAt);
    const made = frames.flatMap(({ kind }, i) => kind === "audio" ? [] : [i]);
    expect(made).toEqual(Array.from({ length: 14 }, (_, i) => 50 + i));
  });

  test("takes a hold whose timestamps stood still for no stall, whatever it lasted", () => {
    for (const ms of [500, 5000, 50_000]) {
      const packets = audios(0, 100).map((packet, n) => {
        return n < 50 ? packet : { ...packet, receivedAt: packet.receivedAt + ms };
      });
      const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt);
      expect(buffer.statistics.delivered).toBeGreaterThanOrEqual(99);
      expect(
        frames.slice(-49).every(({ kind, at }, i) => {
          return kind === "audio" && at === packets[51 + i].receivedAt;
        }),
      ).toBe(true);
    }
  });

  test("knows a hold by the marker bit, and loses not one packet", () => {
    const packets = audios(0, 100).map((packet, n) => {
      return n < 50
        ? packet
        : { ...packet, marker: n === 50, receivedAt: packet.receivedAt + 5000 };
    });
    const { buffer } = listen(packets, packets.at(-1)!.receivedAt);
    expect(buffer.statistics).toMatchObject({ delivered: 100, late: 0 });
  });

  test("of 10 s in which all was lost, counts the lost and goes on at once", () => {
    const packets = [...audios(0, 50), ...audios(550, 600)];
    const { frames, buffer } = listen(packets, packets.at(-1)!.receivedAt);
    expect(buffer.statistics).toMatchObject({ delivered: 100, lost: 500, strays: 0, resyncs: 0 });
    expect(frames.at(-50)!.timestamp).toBe(550 * TICKS);
    expect(frames.at(-49)!.at).toBe(packets[51].receivedAt);
  });
});

test("JitterBuffer keeps time in the codec's own clock: Opus at 48 kHz", () => {
  const durationOf = () => 960;
  const packets = audios(0, 50).map((packet, n) => ({ ...packet, timestamp: 960 * n }));
  const kept = packets.filter((_, n) => n !== 20);
  const { frames } = listen(kept, 1020, { ...G711, clockRate: 48_000, durationOf });
  expect(frames.map(({ timestamp }) => timestamp)).toEqual(packets.map((p) => p.timestamp));
  expect(frames[20]).toMatchObject({ kind: "lost", duration: 960, next: packets[21].payload });
});
