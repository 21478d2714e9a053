import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { ReceptionStatistics } from "../../src/rtp/reception_statistics.ts";
import { middleBits } from "../../src/rtp/ntp_time.ts";
import type { RtcpPacket, SenderReport } from "../../src/rtp/rtcp_packet.ts";
import { parseRtcp } from "../../src/rtp/rtcp_parser.ts";
import { serializeRtcp } from "../../src/rtp/rtcp_serializer.ts";
import { RtcpSession, type RtcpSessionOptions } from "../../src/rtp/rtcp_session.ts";
import { RtpPacketizer } from "../../src/rtp/rtp_packetizer.ts";
import { parseRtpPacket, type RtpPacket } from "../../src/rtp/rtp_packet.ts";

const WALL = Date.UTC(2030, 0, 1);

/** One end of a call: what it sends, hears and reports. */
class Party {
  readonly packetizer: RtpPacketizer;
  readonly statistics = new ReceptionStatistics({ minSequential: 1 });
  readonly session: RtcpSession;

  constructor(seed: number, options: Partial<RtcpSessionOptions> = {}) {
    const random = new SeededRandom(seed);
    this.packetizer = new RtpPacketizer(random);
    this.session = new RtcpSession({
      sender: this.packetizer,
      receiver: this.statistics,
      random,
      wallClock: () => WALL + seed * 12_345,
      cname: `party-${seed}`,
      now: 0,
      ...options,
    });
  }

  speak(now: number): RtpPacket {
    const bytes = this.packetizer.next(new Uint8Array(160), 160, { payloadType: 0, sentAt: now });
    return parseRtpPacket(bytes) as RtpPacket;
  }
}

interface Sent {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A minute of a call with 30 ms of delay each way; of a's sound every tenth packet is lost. */
function talk(a: Party, b: Party, options: { forMs?: number; silent?: boolean } = {}): Sent[] {
  const { forMs = 60_000, silent = false } = options;
  const reports: Sent[] = [];
  const onTheWay: { at: number; deliver: () => void }[] = [];
  for (let now = 0; now <= forMs; now += 10) {
    while (onTheWay[0]?.at <= now) onTheWay.shift()!.deliver();
    const at = now + 30;
    if (now % 20 === 0 && !silent) {
      const [heardByB, heardByA] = [a.speak(now), b.speak(now)];
      const lost = now % 200 === 100;
      if (!lost) onTheWay.push({ at, deliver: () => b.statistics.push(heardByB, at) });
      onTheWay.push({ at, deliver: () => a.statistics.push(heardByA, at) });
    }
    const fromA = a.session.poll(now);
    const fromB = b.session.poll(now);
    if (fromA) {
      reports.push({ at: now, bytes: fromA });
      onTheWay.push({ at, deliver: () => b.session.push(fromA, at) });
    }
    if (fromB) onTheWay.push({ at, deliver: () => a.session.push(fromB, at) });
  }
  return reports;
}

describe("RtcpSession, two ends of a call", () => {
  test("measures the round trip, and hears of loss and jitter at the other end", () => {
    const [a, b] = [new Party(1), new Party(2)];
    talk(a, b);
    expect(a.session.quality?.roundTripMs).toBeCloseTo(60, 1);
    expect(b.session.quality?.roundTripMs).toBeCloseTo(60, 1);
    expect(a.session.quality?.lossFraction).toBeCloseTo(0.1, 1);
    expect(a.session.quality?.lost).toBeGreaterThan(200);
    expect(a.session.quality?.jitterMs).toBe(0);
    expect(b.session.quality?.lossFraction).toBe(0);
  });

  test("reports first after 1-3.1 s, then every 2-6.2 s, not in step", () => {
    const times = (seed: number) => talk(new Party(seed), new Party(99)).map(({ at }) => at);
    for (let seed = 1; seed < 20; seed++) {
      const sent = times(seed);
      expect(sent[0]).toBeGreaterThanOrEqual(1020);
      expect(sent[0]).toBeLessThanOrEqual(3090);
      const gaps = sent.slice(1).map((at, index) => at - sent[index]);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2050);
      expect(Math.max(...gaps)).toBeLessThanOrEqual(6170);
    }
    expect(times(1)).not.toEqual(times(2));
    expect(times(1)).toEqual(times(1));
  });

  test("reports every 5 s in the mean, which reconsideration makes of the shorter intervals", () => {
    const sent = talk(new Party(1), new Party(2), { forMs: 2_000_000 });
    const meanMs = (sent.at(-1)!.at - sent[0].at) / (sent.length - 1);
    expect(Math.abs(meanMs - 5000)).toBeLessThan(150);
  });

  test("dates the timestamp of its sound and names itself", () => {
    const a = new Party(1);
    const first = talk(a, new Party(2)).map(({ at, bytes }) => ({
      at,
      packets: parseRtcp(bytes) as RtcpPacket[],
    }))[1];
    const report = first.packets[0] as SenderReport;
    const startedAt = new Party(1).packetizer.timestamp;
    expect((report.rtpTimestamp - startedAt) >>> 0).toBe(first.at * 8);
    const unixMs = (report.ntpTime.seconds - 2_208_988_800 + report.ntpTime.fraction / 2 ** 32) *
      1000;
    expect(unixMs).toBeCloseTo(WALL + 12_345 + first.at, 2);
    expect(report.octets).toBe(report.packets * 160);
    expect(first.packets[1]).toEqual({
      type: "source-description",
      chunks: [{ ssrc: a.packetizer.ssrc, cname: "party-1" }],
    });
  });

  test("sends receiver reports without blocks while nobody speaks", () => {
    const reports = talk(new Party(1), new Party(2), { silent: true });
    const packets = reports.map(({ bytes }) => (parseRtcp(bytes) as RtcpPacket[])[0]);
    expect(packets.length).toBeGreaterThan(5);
    for (const packet of packets) {
      expect(packet).toMatchObject({ type: "receiver-report", reports: [] });
    }
  });
});

describe("RtcpSession", () => {
  test("goes from sender to receiver reports two reports after it fell silent", () => {
    const party = new Party(3);
    party.speak(0);
    const types: string[] = [];
    for (let now = 0; now < 40_000 && types.length < 4; now += 20) {
      const bytes = party.session.poll(now);
      if (bytes) types.push((parseRtcp(bytes) as RtcpPacket[])[0].type);
    }
    expect(types).toEqual([
      "sender-report",
      "sender-report",
      "receiver-report",
      "receiver-report",
    ]);
  });

  test("goes on as a sender after it took another SSRC", () => {
    const party = new Party(3);
    const report = (now: number) => (parseRtcp(party.session.poll(now)!) as RtcpPacket[])[0];
    for (let n = 0; n < 5; n++) party.speak(n * 20);
    report(10_000);
    report(20_000);
    party.packetizer.avoid(party.packetizer.ssrc);
    party.speak(29_000);
    expect(report(30_000)).toMatchObject({ type: "sender-report", packets: 1 });
  });

  test("answers no report of a source that it does not hear any more", () => {
    const [party, peer] = [new Party(1), new Party(2)];
    peer.speak(0);
    party.session.push(peer.session.poll(5000)!, 5010);
    const blocks = (ssrc: number, now: number) => {
      party.statistics.push({ ssrc, sequenceNumber: 1, timestamp: 0 }, now);
      const [report] = parseRtcp(party.session.poll(now)!) as [SenderReport];
      return report.reports.map(({ lastSenderReport }) => lastSenderReport > 0);
    };
    expect(blocks(peer.packetizer.ssrc, 10_000)).toEqual([true]);
    expect(blocks(peer.packetizer.ssrc + 1, 20_000)).toEqual([false]);
  });

  test("is not fooled about the round trip by a step of the wall clock", () => {
    let wall = WALL;
    const [a, b] = [new Party(1, { wallClock: () => wall }), new Party(2)];
    const poll = a.session.poll.bind(a.session);
    a.session.poll = (now: number) => {
      wall = WALL - now * 100;
      return poll(now);
    };
    talk(a, b);
    expect(a.session.quality?.roundTripMs).toBeCloseTo(60, 1);
  });

  test("believes no round trip that cannot be", () => {
    const party = new Party(1);
    const { ssrc } = party.packetizer;
    const block = {
      ssrc,
      fractionLost: 128,
      cumulativeLost: 3,
      highestSequence: 9,
      jitter: 80,
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    };
    const report = (change: object, to = ssrc): Uint8Array =>
      serializeRtcp([{
        type: "receiver-report",
        ssrc: 9,
        reports: [{ ...block, ...change, ssrc: to }],
      }]);
    party.session.push(report({}, ssrc + 1), 100);
    expect(party.session.quality).toBeUndefined();
    party.session.push(report({}), 100);
    expect(party.session.quality).toEqual({
      roundTripMs: undefined,
      lossFraction: 0.5,
      lost: 3,
      jitterMs: 10,
      receivedAt: 100,
    });
    party.session.push(report({ lastSenderReport: 1 }), 120);
    party.speak(0);
    const [sent] = parseRtcp(party.session.poll(5000)!) as [SenderReport];
    const lastSenderReport = middleBits(sent.ntpTime);
    party.session.push(report({ lastSenderReport, delaySinceLastSenderReport: 65536 }), 5140);
    expect(party.session.quality?.roundTripMs).toBeUndefined();
    expect(party.session.quality?.receivedAt).toBe(5140);
    party.session.push(report({ lastSenderReport, delaySinceLastSenderReport: 6553.6 }), 5142);
    expect(party.session.quality?.roundTripMs).toBeCloseTo(42, 1);
  });

  test("counts what is malformed by kind, and a goodbye ends nothing", () => {
    const party = new Party(1);
    party.session.push(Uint8Array.of(0x80, 201, 0, 9, 0, 0, 0, 1), 0);
    party.session.push(Uint8Array.of(), 0);
    expect(party.session.counters.faults).toMatchObject({ "bad-length": 1, "too-short": 1 });
    const goodbye = new Party(2).session.goodbye(5, "hang up");
    expect((parseRtcp(goodbye) as RtcpPacket[]).map(({ type }) => type)).toEqual([
      "receiver-report",
      "source-description",
      "goodbye",
    ]);
    party.session.push(goodbye, 5);
    expect([party.session.counters.received, party.session.counters.goodbyes]).toEqual([1, 1]);
    expect(party.session.poll(60_000)).toBeDefined();
  });

  test("dates timestamps by the new rate after a codec change", () => {
    const party = new Party(1);
    party.speak(0);
    party.session.setClockRate(48_000);
    const [report] = parseRtcp(party.session.poll(5000)!) as RtcpPacket[];
    const elapsed = (report as SenderReport).rtpTimestamp - party.packetizer.sent.timestamp;
    expect(elapsed >>> 0).toBe(240_000);
  });
});
