import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import type { DtmfEvent } from "../../src/rtp/dtmf_receiver.ts";
import { DtmfSender } from "../../src/rtp/dtmf_sender.ts";
import {
  type RtpDatagram,
  RtpDepacketizer,
  type RtpDepacketizerOptions,
  type RtpPayloadFormat,
} from "../../src/rtp/rtp_depacketizer.ts";
import { RtpDepacketizerStream } from "../../src/rtp/rtp_depacketizer_stream.ts";
import { RtpPacketizer } from "../../src/rtp/rtp_packetizer.ts";
import { readPcap } from "../support/pcap.ts";

const PEER = { address: "192.0.2.1", port: 4000 };
const STRANGER = { address: "203.0.113.66", port: 4000 };
const FORMATS: readonly RtpPayloadFormat[] = [
  { payloadType: 0, kind: "audio", clockRate: 8000 },
  { payloadType: 13, kind: "comfort-noise", clockRate: 8000 },
  { payloadType: 101, kind: "telephone-event", clockRate: 8000 },
];

interface Heard {
  readonly depacketizer: RtpDepacketizer;
  readonly keys: DtmfEvent[];
  readonly rtcp: [Uint8Array, number][];
}

function listen(options: Partial<RtpDepacketizerOptions> = {}): Heard {
  const keys: DtmfEvent[] = [];
  const rtcp: [Uint8Array, number][] = [];
  const depacketizer = new RtpDepacketizer({
    formats: FORMATS,
    source: { signalled: PEER },
    onDtmf: (event) => keys.push(event),
    onRtcp: (bytes, receivedAt) => rtcp.push([bytes, receivedAt]),
    ...options,
  });
  return { depacketizer, keys, rtcp };
}

function packetizer(seed = 1): RtpPacketizer {
  return new RtpPacketizer(new SeededRandom(seed), { sequenceNumber: 1, timestamp: 0 });
}

const words = (keys: readonly DtmfEvent[]) =>
  keys.map(({ type, digit, endedBy }) => `${digit} ${type} ${endedBy ?? ""}`.trim());

describe("RtpDepacketizer", () => {
  test("says of each packet what it is and when it came", () => {
    const { depacketizer } = listen();
    const from = packetizer();
    const kinds = [0, 13, 101].flatMap((payloadType, index) => {
      const data = from.next(Uint8Array.of(5, 10, 0, 160), 160, { payloadType });
      return depacketizer.push({ data, source: PEER, receivedAt: index * 20 });
    });
    expect(kinds.map(({ kind, receivedAt }) => [kind, receivedAt])).toEqual([
      ["audio", 0],
      ["comfort-noise", 20],
      ["telephone-event", 40],
    ]);
    expect(depacketizer.statistics.received).toBe(3);
  });

  test("counts every datagram once, by what became of it", () => {
    const { depacketizer } = listen();
    const from = packetizer();
    const good = () => from.next(new Uint8Array(160), 160, { payloadType: 0 });
    const rtcp = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 7);
    const arrivals: [Uint8Array, typeof PEER][] = [
      [good(), PEER],
      [new Uint8Array(0), PEER],
      [Uint8Array.of(0x54, 0x45, 0x53, 0x54, 0), PEER],
      [new Uint8Array(200), PEER],
      [from.next(new Uint8Array(20), 160, { payloadType: 96 }), PEER],
      [good(), STRANGER],
      [rtcp, PEER],
      [rtcp, { ...PEER, port: 4001 }],
      [rtcp, STRANGER],
      [good(), PEER],
    ];
    for (const [data, source] of arrivals) depacketizer.push({ data, source, receivedAt: 0 });
    expect(depacketizer.counters).toEqual({
      datagrams: 10,
      packets: 2,
      rtcp: 2,
      wrongRtcpSource: 1,
      wrongPayloadType: 1,
      faults: {
        "empty": 1,
        "too-short": 1,
        "bad-version": 1,
        "bad-csrc-length": 0,
        "bad-extension-length": 0,
        "bad-padding": 0,
      },
    });
    expect(depacketizer.lock.counters.wrongSource).toBe(1);
  });

  test("tells when the peer's sound comes, and of nothing else", () => {
    const heardAt: number[] = [];
    const { depacketizer } = listen({ onSound: (receivedAt) => heardAt.push(receivedAt) });
    const from = packetizer();
    for (const [index, payloadType] of [0, 13, 101, 96, 0].entries()) {
      const data = from.next(Uint8Array.of(5, 10, 0, 160), 160, { payloadType });
      depacketizer.push({ data, source: PEER, receivedAt: index });
      depacketizer.push({ data, source: STRANGER, receivedAt: 100 + index });
    }
    expect(heardAt).toEqual([0, 4]);
  });

  test("hands RTCP of the peer on as it came", () => {
    const { depacketizer, rtcp } = listen();
    const data = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 7);
    depacketizer.push({ data, source: PEER, receivedAt: 42 });
    depacketizer.push({ data, source: STRANGER, receivedAt: 43 });
    expect(rtcp).toEqual([[data, 42]]);
  });

  test("hears the peer's keys and nobody else's", () => {
    const { depacketizer, keys } = listen();
    const press = (digits: string, source: typeof PEER, seed: number) => {
      const sender = new DtmfSender(101);
      const from = packetizer(seed);
      sender.send(digits);
      for (let at = 0; sender.pending > 0; at += 20) {
        const key = sender.next();
        const data = key
          ? from.next(key.payload, 160, key)
          : from.next(new Uint8Array(160), 160, { payloadType: 0 });
        depacketizer.push({ data, source, receivedAt: at });
      }
    };
    press("1", PEER, 1);
    press("999", STRANGER, 2);
    expect(words(keys)).toEqual(["1 start", "1 end packet"]);
  });

  test("ends a key by later sound, by time, and by the end of the call", () => {
    const { depacketizer, keys } = listen();
    const from = packetizer();
    const key = (code: number, receivedAt: number) => {
      const data = from.next(Uint8Array.of(code, 10, 0, 160), 160, { payloadType: 101 });
      depacketizer.push({ data, source: PEER, receivedAt });
    };
    key(1, 0);
    from.skip(3200);
    const data = from.next(new Uint8Array(160), 160, { payloadType: 0 });
    depacketizer.push({ data, source: PEER, receivedAt: 100 });
    key(2, 120);
    depacketizer.poll(320);
    key(3, 400);
    depacketizer.close(410);
    expect(words(keys)).toEqual([
      "1 start",
      "1 end audio",
      "2 start",
      "2 end timeout",
      "3 start",
      "3 end close",
    ]);
  });

  test("does not compare the timestamps of sound and keys where their clocks differ", () => {
    const { depacketizer, keys } = listen({
      formats: [
        { payloadType: 0, kind: "audio", clockRate: 48_000 },
        { payloadType: 101, kind: "telephone-event", clockRate: 8000 },
      ],
    });
    const from = packetizer();
    const down = from.next(Uint8Array.of(1, 10, 0, 160), 960, { payloadType: 101 });
    depacketizer.push({ data: down, source: PEER, receivedAt: 0 });
    from.skip(1920);
    const sound = from.next(new Uint8Array(9), 960, { payloadType: 0 });
    depacketizer.push({ data: sound, source: PEER, receivedAt: 60 });
    expect(words(keys)).toEqual(["1 start"]);
    depacketizer.push({ data: sound, source: PEER, receivedAt: 200 });
    expect(words(keys)).toEqual(["1 start", "1 end timeout"]);
  });

  test("follows a new agreement on payload types, and does not leave a key down", () => {
    const { depacketizer, keys } = listen();
    const from = packetizer();
    const push = (payloadType: number, payload: Uint8Array) => {
      const data = from.next(payload, 160, { payloadType });
      return depacketizer.push({ data, source: PEER, receivedAt: 0 }).length;
    };
    const down = Uint8Array.of(1, 10, 0, 160);
    expect([push(0, down), push(8, down), push(101, down)]).toEqual([1, 0, 1]);
    depacketizer.agree(FORMATS);
    expect(words(keys)).toEqual(["1 start"]);
    depacketizer.agree([
      { payloadType: 8, kind: "audio", clockRate: 8000 },
      { payloadType: 97, kind: "telephone-event", clockRate: 8000 },
    ]);
    expect(words(keys)).toEqual(["1 start", "1 end close"]);
    expect([push(0, down), push(8, down), push(101, down), push(97, down)]).toEqual([0, 1, 0, 1]);
  });

  test("lets a packet without payload pass, which still has its number", () => {
    const { depacketizer } = listen();
    const data = packetizer().next(new Uint8Array(0), 0, { payloadType: 0 });
    const [packet] = depacketizer.push({ data, source: PEER, receivedAt: 0 });
    expect([packet.sequenceNumber, packet.payload.length]).toEqual([1, 0]);
  });
});

describe("RtpDepacketizerStream", () => {
  test("gives the packets of the core in order, and ends a key press with the call", async () => {
    const keys: DtmfEvent[] = [];
    const stage = new RtpDepacketizerStream({
      formats: FORMATS,
      source: { signalled: { address: "10.0.0.1", port: 9 } },
      onDtmf: (event) => keys.push(event),
    });
    const from = packetizer();
    const datagrams = Array.from({ length: 10 }, (_, index) => ({
      data: index < 9
        ? from.next(new Uint8Array(160), 160, { payloadType: 0 })
        : from.next(Uint8Array.of(4, 10, 0, 160), 160, { payloadType: 101 }),
      source: PEER,
      receivedAt: index * 20,
    }));
    const source = new ReadableStream<RtpDatagram>({
      start(controller) {
        for (const datagram of datagrams) controller.enqueue(datagram);
        controller.close();
      },
    });
    const numbers: number[] = [];
    for await (const packet of source.pipeThrough(stage)) {
      numbers.push(packet.sequenceNumber);
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(keys.map(({ type, endedBy, receivedAt }) => [type, endedBy, receivedAt])).toEqual([
      ["start", undefined, 180],
      ["end", "close", 180],
    ]);
  });

  test("ends a key press when the chain is cancelled", async () => {
    const keys: DtmfEvent[] = [];
    const stage = new RtpDepacketizerStream({
      formats: FORMATS,
      source: { signalled: PEER },
      onDtmf: (event) => keys.push(event),
    });
    const data = packetizer().next(Uint8Array.of(4, 10, 0, 160), 160, { payloadType: 101 });
    const source = new ReadableStream({
      start: (controller) => controller.enqueue({ data, source: PEER, receivedAt: 7 }),
    });
    const reader = source.pipeThrough(stage).getReader();
    await reader.read();
    await reader.cancel();
    expect(words(keys)).toEqual(["4 start", "4 end close"]);
  });
});

describe("RtpDepacketizer on what FreeSWITCH sent", () => {
  const fixture = (name: string) => new URL(`../fixtures/rtp/${name}`, import.meta.url);

  test("hears the three keys of the recorded call, each once and 200 ms long", () => {
    const capture = readPcap(fixture("freeswitch-call-with-dtmf.pcap"));
    const { depacketizer, keys } = listen({
      source: { signalled: { address: "127.0.0.1", port: 41356 } },
    });
    for (const { source, destination, payload, timeMs } of capture) {
      if (destination.port !== 41828) continue;
      depacketizer.push({ data: payload, source, receivedAt: timeMs });
    }
    depacketizer.poll(1e6);
    expect(words(keys)).toEqual([
      "1 start",
      "1 end packet",
      "2 start",
      "2 end packet",
      "# start",
      "# end packet",
    ]);
    expect(keys.filter(({ type }) => type === "end").map((key) => key.durationMs)).toEqual([
      200,
      200,
      200,
    ]);
    expect(depacketizer.counters.packets).toBe(36);
    // Its probe of its own socket, two datagrams of "TEST".
    expect(depacketizer.counters.faults["too-short"]).toBe(2);
  });

  test("finds the loss and jitter in recorded speech that tshark finds", () => {
    const capture = readPcap(fixture("freeswitch-speech.pcap"));
    const { depacketizer } = listen({
      source: { signalled: { address: "127.0.0.1", port: 41176 } },
    });
    const jitters: number[] = [];
    for (const { source, destination, payload, timeMs } of capture) {
      if (destination.port !== 6600) continue;
      depacketizer.push({ data: payload, source, receivedAt: timeMs });
      jitters.push(depacketizer.statistics.jitterMs);
    }
    expect(depacketizer.counters.packets).toBe(514);
    expect(depacketizer.statistics.lost).toBe(0);
    // tshark -z rtp,streams: lost 0, max jitter 21.645.
    expect(Math.max(...jitters)).toBeCloseTo(21.645, 3);
  });
});
