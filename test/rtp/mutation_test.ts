import { expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import {
  type DtmfEvent,
  isRtcp,
  parseComfortNoise,
  parseRtcp,
  parseRtpPacket,
  parseTelephoneEvents,
  RtcpSession,
  RtpDepacketizer,
  RtpPacketizer,
  serializeRtcp,
  serializeRtpPacket,
} from "../../src/rtp/mod.ts";
import { fuzzRounds } from "../support/fuzz_rounds.ts";
import { mutate } from "../support/mutate.ts";
import { readPcap } from "../support/pcap.ts";

const PEER = { address: "192.0.2.1", port: 4000 };

/** Every kind of good datagram: what FreeSWITCH sent, and what it did not. */
function goodInput(): Uint8Array[] {
  const captured = ["freeswitch-call-with-dtmf.pcap", "freeswitch-speech.pcap"].flatMap((name) =>
    readPcap(new URL(`../fixtures/rtp/${name}`, import.meta.url))
      .map(({ payload }) => payload)
      .filter((payload) => payload[0] >> 6 === 2)
      .slice(0, 60)
  );
  const block = {
    ssrc: 9,
    fractionLost: 4,
    cumulativeLost: -3,
    highestSequence: 70_000,
    jitter: 30,
    lastSenderReport: 77,
    delaySinceLastSenderReport: 88,
  };
  const ntpTime = { seconds: 1, fraction: 2 };
  return [
    ...captured,
    serializeRtpPacket({
      payloadType: 13,
      marker: false,
      sequenceNumber: 65_535,
      timestamp: 2 ** 32 - 1,
      ssrc: 7,
      payload: Uint8Array.of(70, 1, 2, 3),
      csrcs: [1, 2, 3],
      extension: { profile: 0xbede, data: new Uint8Array(8) },
    }),
    serializeRtcp([
      {
        type: "sender-report",
        ssrc: 7,
        ntpTime,
        rtpTimestamp: 3,
        packets: 4,
        octets: 5,
        reports: [block, block],
      },
      { type: "source-description", chunks: [{ ssrc: 7, cname: "caller@example.org" }] },
      { type: "goodbye", ssrcs: [7], reason: "done" },
    ]),
    serializeRtcp([{ type: "receiver-report", ssrc: 7, reports: [block] }]),
  ];
}

test("nothing a peer sends makes a parser throw, a counter miss it, or a key stay down", () => {
  const random = new SeededRandom(3550);
  const good = goodInput();
  const keys: DtmfEvent[] = [];
  const session = new RtcpSession({
    sender: new RtpPacketizer(random, { ssrc: 9 }),
    receiver: { ssrc: 7, takeReport: () => undefined },
    random,
    wallClock: () => 0,
    cname: "x",
    now: 0,
  });
  const depacketizer = new RtpDepacketizer({
    formats: [
      { payloadType: 0, kind: "audio", clockRate: 8000 },
      { payloadType: 13, kind: "comfort-noise", clockRate: 8000 },
      { payloadType: 101, kind: "telephone-event", clockRate: 8000 },
    ],
    source: { signalled: PEER },
    onDtmf: (event) => keys.push(event),
    onRtcp: (bytes, receivedAt) => session.push(bytes, receivedAt),
  });

  const rounds = fuzzRounds();
  let delivered = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = mutate(good[random.uint32() % good.length], random, { others: good });
    const packet = parseRtpPacket(bytes);
    if (typeof packet !== "string") {
      const again = parseRtpPacket(serializeRtpPacket(packet));
      if (typeof again === "string" || again.payload.length !== packet.payload.length) {
        throw new Error(`Packet ${round} is not what it was: ${again}`);
      }
      parseTelephoneEvents(packet.payload);
      parseComfortNoise(packet.payload);
    }
    parseRtcp(bytes);
    // Now and then the good packets of the call, so that the lock keeps to its peer.
    if (round % 8 === 0) {
      const data = good[round / 8 % 50];
      delivered += depacketizer.push({ data, source: PEER, receivedAt: round }).length;
    }
    delivered += depacketizer.push({ data: bytes, source: PEER, receivedAt: round }).length;
  }
  depacketizer.close(rounds);

  const { counters, lock } = depacketizer;
  const faults = Object.values(counters.faults).reduce((sum, count) => sum + count);
  const held = counters.datagrams - counters.packets - counters.rtcp - counters.wrongRtcpSource -
    counters.wrongPayloadType - faults - lock.counters.wrongSource - lock.counters.wrongSsrc;
  expect(held).toBeGreaterThanOrEqual(0);
  expect(held).toBeLessThanOrEqual(10);
  expect(delivered).toBe(counters.packets);
  expect(delivered).toBeGreaterThan(rounds / 20);
  expect(counters.rtcp).toBe(
    session.counters.received +
      Object.values(session.counters.faults).reduce((sum, count) => sum + count),
  );
  expect(good.filter(isRtcp).length).toBe(2);
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.map(({ type }) => type)).toEqual(
    keys.map((_, index) => index % 2 === 0 ? "start" : "end"),
  );
}, 600_000);
