import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import type { ReceivedRtpPacket, RtpPayloadKind } from "../../src/rtp/mod.ts";
import { audio, listen, TICKS } from "./line.ts";

const TRIALS = 300;
const PACKETS = 300;

/** A line on which everything that can happen does, at odds that differ from line to line. */
function madLine(seed: number): ReceivedRtpPacket[] {
  const random = new SeededRandom(seed);
  const below = (limit: number) => random.uint32() % limit;
  const odds = () => fraction(random) ** 4 / 2;
  const [loss, doubles, stall, jump, restart, quiet, keys, junk, ts] = Array.from(
    { length: 9 },
    odds,
  );
  const jitterMs = 150 * fraction(random) ** 3;
  const happens = (chance: number) => fraction(random) < chance / 3;
  const packets: ReceivedRtpPacket[] = [];
  let [sequenceNumber, timestamp, ssrc, now] = [below(65_536), random.uint32(), 1, 0];
  let stalledUntil = 0;
  for (let n = 0; n < PACKETS; n++) {
    const duration = [80, 160, 160, 160, 240, 480][happens(0.05) ? below(6) : 1];
    now += duration / 8;
    if (happens(stall / 4)) stalledUntil = now + below(3000);
    if (happens(jump / 4)) sequenceNumber = below(65_536);
    if (happens(ts / 4)) timestamp = random.uint32();
    if (happens(restart / 8)) [sequenceNumber, timestamp, ssrc] = [below(65_536), 0, below(3)];
    if (happens(quiet / 4)) {
      const pauseMs = below(2000);
      now += pauseMs;
      if (happens(2)) timestamp += 8 * pauseMs;
    }
    const kind: RtpPayloadKind = happens(keys)
      ? "telephone-event"
      : happens(quiet)
      ? "comfort-noise"
      : "audio";
    const payload = new Uint8Array(kind === "audio" && !happens(junk / 2) ? duration : 0);
    const receivedAt = Math.max(stalledUntil, now + jitterMs * fraction(random));
    const marker = happens(quiet);
    const numbers = { sequenceNumber: sequenceNumber & 0xffff, timestamp: timestamp >>> 0, ssrc };
    const at = { ...numbers, kind, marker };
    if (!happens(loss)) packets.push(audio(n, { ...at, payload, receivedAt }));
    if (happens(doubles)) {
      packets.push(
        audio(n, { ...at, payload: payload.slice(), receivedAt: receivedAt + below(90) }),
      );
    }
    sequenceNumber++;
    timestamp += duration;
  }
  return packets;
}

const lines = Array.from({ length: TRIALS }, (_, seed) => {
  const packets = madLine(seed);
  const end = Math.max(...packets.map(({ receivedAt }) => receivedAt)) + 1;
  return { seed, packets, end, ...listen(packets, end) };
});

describe("JitterBuffer on 300 lines on which everything goes wrong", () => {
  test("lays its frames end to end and in the order of time, none of them empty", () => {
    const torn = lines.filter(({ frames }) =>
      frames.some((frame, i) => {
        const before = frames[i - 1] ?? { timestamp: 0, duration: 0, at: 0 };
        const isNext = frame.timestamp === before.timestamp + before.duration;
        return !isNext || !(frame.duration > 0) || frame.at < before.at;
      })
    );
    expect(torn.map(({ seed }) => seed)).toEqual([]);
  });

  test("knows the fate of every packet", () => {
    const total = { delivered: 0, comfortNoise: 0, events: 0, duplicates: 0, late: 0, strays: 0 };
    for (const { frames, buffer, packets } of lines) {
      const { waiting, invalid, received, ...fates } = buffer.statistics;
      expect(received).toBe(packets.length);
      expect(waiting).toBe(0);
      let known = invalid;
      for (const fate of Object.keys(total) as (keyof typeof total)[]) {
        known += fates[fate];
        total[fate] += fates[fate];
      }
      expect(known).toBe(received);
      expect(frames.filter(({ kind }) => kind === "audio").length).toBe(fates.delivered);
    }
    // The lines are mad enough: every fate is met by many.
    expect(Math.min(...Object.values(total))).toBeGreaterThan(100);
  });

  test("passes no packet on twice, and none that never came", () => {
    for (const { frames, packets } of lines) {
      const places = new Map(packets.map(({ payload }, i) => [payload, i]));
      const sound = frames.filter(({ kind }) => kind === "audio");
      const passedOn = new Set(sound.map(({ payload }) => places.get(payload)));
      expect(passedOn.has(undefined)).toBe(false);
      expect(passedOn.size).toBe(sound.length);
      expect(sound.every(({ payload, duration }) => payload.length === duration)).toBe(true);
    }
  });

  test("lets no packet wait longer than the longest deadline", () => {
    const waits = lines.map(({ frames, packets }) => {
      const arrivals = new Map(packets.map(({ payload, receivedAt }) => [payload, receivedAt]));
      const sound = frames.filter(({ kind }) => kind === "audio");
      return Math.max(...sound.map(({ payload, at }) => at - arrivals.get(payload)!));
    });
    expect(Math.max(...waits)).toBeLessThanOrEqual(120);
    expect(Math.max(...waits)).toBeGreaterThan(60);
  });

  test("never hangs: a frame comes out within a packet, the deadline and what is left out", () => {
    // A line that is ahead leaves out as much as it is ahead, a second at most.
    const longest = 20 + 60 + 120 + 1000;
    const pauses = lines.map(({ frames }) => {
      return Math.max(...frames.map(({ at }, i) => at - (frames[i - 1]?.at ?? 0)));
    });
    expect(Math.max(...pauses)).toBeLessThanOrEqual(longest);
    const leads = lines.map(({ buffer }) => buffer.statistics.leadMs);
    expect(Math.min(...leads)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...leads)).toBeLessThanOrEqual(1000);
  });

  test("recovers: ten seconds of good packets later, each is passed on as it comes", () => {
    const deaf = lines.filter(({ packets, end }) => {
      const { sequenceNumber, timestamp, ssrc } = packets.at(-1)!;
      const good = Array.from({ length: 550 }, (_, i) =>
        audio(i, {
          sequenceNumber: (sequenceNumber + 1 + i) & 0xffff,
          timestamp: (timestamp + (1 + i) * TICKS) >>> 0,
          ssrc,
          receivedAt: end + 20 * i,
        }));
      const { frames } = listen([...packets, ...good], good.at(-1)!.receivedAt);
      const [heard, sent] = [frames.slice(-50), good.slice(-50)];
      return sent.some(({ payload, receivedAt }, i) => {
        return heard[i].payload !== payload || heard[i].at !== receivedAt;
      });
    });
    expect(deaf.map(({ seed }) => seed)).toEqual([]);
  });
});
