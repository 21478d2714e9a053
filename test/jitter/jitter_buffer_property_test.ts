import { describe, expect, test } from "bun:test";
import { fraction, SeededRandom } from "../../src/clock/mod.ts";
import type { ReceivedRtpPacket, RtpPayloadKind } from "../../src/rtp/mod.ts";
import { audio, type Heard, listen, TICKS } from "./line.ts";

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
    const at = { sequenceNumber: sequenceNumber & 0xffff, timestamp: timestamp >>> 0, ssrc, kind };
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

/** Runs every mad line and lets `check` look at what came of it. */
function forEachLine(check: (heard: Heard, packets: ReceivedRtpPacket[], seed: number) => void) {
  for (let seed = 0; seed < TRIALS; seed++) {
    const packets = madLine(seed);
    const end = Math.max(...packets.map(({ receivedAt }) => receivedAt), 0) + 1;
    check(listen(packets, end), packets, seed);
  }
}

describe("JitterBuffer on 300 lines on which everything goes wrong", () => {
  test("lays its frames end to end, none of them empty", () => {
    forEachLine(({ frames }) => {
      let end = 0;
      let at = 0;
      for (const frame of frames) {
        expect(frame.timestamp).toBe(end);
        expect(frame.duration).toBeGreaterThan(0);
        expect(frame.at).toBeGreaterThanOrEqual(at);
        end += frame.duration;
        at = frame.at;
      }
    });
  });

  test("knows the fate of every packet", () => {
    const total = { delivered: 0, comfortNoise: 0, events: 0, duplicates: 0, late: 0, strays: 0 };
    forEachLine(({ frames, buffer }, packets) => {
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
    });
    // The lines are mad enough: every fate is met by many.
    for (const count of Object.values(total)) expect(count).toBeGreaterThan(100);
  });

  test("passes no packet on twice, and none that never came", () => {
    forEachLine(({ frames }, packets) => {
      const places = new Map(packets.map(({ payload }, i) => [payload, i]));
      const sound = frames.filter(({ kind }) => kind === "audio");
      const passedOn = sound.map(({ payload }) => places.get(payload));
      expect(passedOn).not.toContain(undefined);
      expect(new Set(passedOn).size).toBe(passedOn.length);
      expect(sound.every(({ payload, duration }) => payload.length === duration)).toBe(true);
    });
  });

  test("lets no packet wait longer than the longest deadline", () => {
    forEachLine(({ frames }, packets) => {
      const arrivals = new Map(packets.map(({ payload, receivedAt }) => [payload, receivedAt]));
      for (const { kind, payload, at } of frames) {
        if (kind === "audio") expect(at - arrivals.get(payload)!).toBeLessThanOrEqual(120);
      }
    });
  });

  test("never falls silent: at any moment a frame came out within the last packet and deadline", () => {
    forEachLine(({ frames, buffer }) => {
      // A line that is ahead leaves out as much as it is ahead, a second at most.
      const longest = 20 + 60 + 120 + 1000;
      let at = 0;
      for (const frame of frames) {
        expect(frame.at - at).toBeLessThanOrEqual(longest);
        at = frame.at;
      }
      expect(buffer.statistics.leadMs).toBeLessThanOrEqual(1000);
    });
  });

  test("recovers: ten seconds of good packets later, each is passed on as it comes", () => {
    for (let seed = 0; seed < TRIALS; seed++) {
      const packets = madLine(seed);
      const last = packets.at(-1)!;
      const end = Math.max(...packets.map(({ receivedAt }) => receivedAt));
      const good = Array.from({ length: 550 }, (_, i) => {
        const sequenceNumber = (last.sequenceNumber + 1 + i) & 0xffff;
        const timestamp = (last.timestamp + (1 + i) * TICKS) >>> 0;
        return audio(i, { sequenceNumber, timestamp, ssrc: last.ssrc, receivedAt: end + 20 * i });
      });
      const { frames } = listen([...packets, ...good], good.at(-1)!.receivedAt);
      const tail = frames.slice(-50);
      expect(tail.map(({ payload }) => payload)).toEqual(good.slice(-50).map((p) => p.payload));
      expect(tail.map(({ at }) => at)).toEqual(good.slice(-50).map((p) => p.receivedAt));
    }
  });
});
