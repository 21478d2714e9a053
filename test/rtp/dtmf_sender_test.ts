import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { type DtmfEvent, DtmfReceiver } from "../../src/rtp/dtmf_receiver.ts";
import { DtmfSender, type DtmfSenderOptions } from "../../src/rtp/dtmf_sender.ts";
import { parseRtpPacket, type RtpPacket } from "../../src/rtp/rtp_packet.ts";
import { RtpPacketizer } from "../../src/rtp/rtp_packetizer.ts";
import { parseTelephoneEvents } from "../../src/rtp/telephone_event.ts";

interface Sent {
  readonly packet: RtpPacket;
  readonly at: number;
}

/** What a peer gets on the wire while `digits` are pressed, with sound in the ticks between. */
function press(digits: string, options: DtmfSenderOptions = {}): Sent[] {
  const sender = new DtmfSender(101, options);
  const { clockRate = 8000, tickMs = 20 } = options;
  const ticks = clockRate * tickMs / 1000;
  const packetizer = new RtpPacketizer(new SeededRandom(4733), { timestamp: 2 ** 32 - 1000 });
  const sent: Sent[] = [];
  sender.send(digits);
  for (let at = 0; sender.pending > 0; at += tickMs) {
    const key = sender.next();
    const bytes = key
      ? packetizer.next(key.payload, ticks, key)
      : packetizer.next(new Uint8Array(160), ticks, { payloadType: 0 });
    sent.push({ packet: parseRtpPacket(bytes) as RtpPacket, at });
  }
  return sent;
}

const keysOf = (sent: readonly Sent[]) => sent.filter(({ packet }) => packet.payloadType === 101);

describe("DtmfSender", () => {
  test("sends updates of one timestamp, the end three times, then leaves a gap for sound", () => {
    const sent = press("7", { toneMs: 60, gapMs: 80, volume: -13 });
    const rows = sent.map(({ packet }) => [
      packet.payloadType,
      packet.marker,
      packet.payloadType === 101 ? [...packet.payload] : packet.payload.length,
    ]);
    expect(rows).toEqual([
      [101, true, [7, 13, 0, 160]],
      [101, false, [7, 13, 1, 64]],
      [101, false, [7, 0x80 + 13, 1, 224]],
      [101, false, [7, 0x80 + 13, 1, 224]],
      [101, false, [7, 0x80 + 13, 1, 224]],
      [0, true, 160],
      [0, false, 160],
    ]);
    const start = 2 ** 32 - 1000;
    expect(sent.map(({ packet }) => packet.timestamp)).toEqual([
      ...new Array<number>(5).fill(start),
      start + 800,
      start + 960,
    ]);
  });

  test("numbers its packets in one row with the sound", () => {
    const numbers = press("12").map(({ packet }) => packet.sequenceNumber);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] + index) & 0xffff));
  });

  test("starts the second of two keys one tone and one gap after the first", () => {
    const starts = press("55", { toneMs: 100, gapMs: 60 }).filter(({ packet }) =>
      packet.payloadType === 101 && packet.marker
    );
    expect(starts.map(({ at }) => at)).toEqual([0, 160]);
    expect((starts[1].packet.timestamp - starts[0].packet.timestamp) >>> 0).toBe(1280);
  });

  test("repeats the end of a key before the next one though no gap is wanted", () => {
    const sent = press("12", { toneMs: 40, gapMs: 0 });
    const rows = sent.map(({ packet }) => [packet.payload[0], packet.marker]);
    expect(rows.map(([key]) => key)).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(sent.filter(({ packet }) => packet.marker).map(({ at }) => at)).toEqual([0, 80]);
  });

  test("keeps to the timestamps of a codec that has another rate", () => {
    const sender = new DtmfSender(101, { clockRate: 8000, timestampRate: 48000, toneMs: 60 });
    sender.send("1");
    const packets = Array.from({ length: 5 }, () => sender.next()!);
    expect(packets.map(({ age }) => age)).toEqual([0, 960, 1920, 2880, 3840]);
    const durations = packets.map(({ payload }) => parseTelephoneEvents(payload)[0].duration);
    expect(durations).toEqual([160, 320, 480, 480, 480]);
  });

  test("splits a tone of more than 65,535 ticks into segments", () => {
    const sent = keysOf(press("99", { toneMs: 3000, clockRate: 48000 }));
    const timestamps = new Set(sent.map(({ packet }) => packet.timestamp));
    expect(timestamps.size).toBe(6);
    const receiver = new DtmfReceiver({ clockRate: 48000 });
    const events = sent.flatMap(({ packet, at }) => receiver.push(packet, at));
    expect(events.map(({ type, durationMs }) => [type, durationMs])).toEqual([
      ["start", 20],
      ["end", 3000],
      ["start", 20],
      ["end", 3000],
    ]);
    expect(sent.filter(({ packet }) => parseTelephoneEvents(packet.payload)[0].end).length).toBe(6);
  });

  test("forgets the keys that wait, and lets the one that is down come up", () => {
    const sender = new DtmfSender(101);
    sender.send("123");
    sender.next();
    sender.clear();
    expect(sender.pending).toBe(1);
    const receiver = new DtmfReceiver();
    const events: DtmfEvent[] = [];
    for (let at = 0; sender.pending > 0; at += 20) {
      const key = sender.next();
      if (!key) continue;
      const packet = { ...key, sequenceNumber: 0, timestamp: 0, ssrc: 1 };
      events.push(...receiver.push(packet, at));
    }
    expect(events.map(({ type, digit }) => type + digit)).toEqual(["start1", "end1"]);
    expect(events[1].endedBy).toBe("packet");
    sender.send("4");
    sender.clear();
    expect(sender.next()).toBeUndefined();
  });

  test("refuses a digit string with something else in it as a whole", () => {
    const sender = new DtmfSender(101);
    expect(() => sender.send("12x")).toThrow(
      'Cannot press a key as keys are 0-9, *, #, A-D and F: current value is "x"',
    );
    expect(() => sender.send("1", 0)).toThrow(RangeError);
    expect(() => sender.send("1", NaN)).toThrow(RangeError);
    expect(() => new DtmfSender(101, { volume: 3 })).toThrow(RangeError);
    expect(sender.pending).toBe(0);
  });
});

/** A line that loses, doubles and delays packets; but of each key it lets one packet through. */
function badLine(sent: readonly Sent[], lossPercent: number, random: SeededRandom): Sent[] {
  const chance = (percent: number) => random.uint32() % 100 < percent;
  const spared = new Map<number, Sent>();
  for (const entry of sent) {
    const { timestamp } = entry.packet;
    if (!spared.has(timestamp) || chance(15)) spared.set(timestamp, entry);
  }
  const arrivals: Sent[] = [];
  for (const entry of sent) {
    if (chance(lossPercent) && spared.get(entry.packet.timestamp) !== entry) continue;
    const copies = chance(20) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      arrivals.push({ ...entry, at: entry.at + random.uint32() % 60 });
    }
  }
  return arrivals.sort((a, b) => a.at - b.at);
}

describe("DtmfSender to DtmfReceiver", () => {
  test.each([[0], [5], [20], [60], [95]])("loses and doubles no key at %d %% loss", (loss) => {
    const random = new SeededRandom(loss);
    const alphabet = "0123456789*#ABCD";
    for (let round = 0; round < 60; round++) {
      const length = 1 + random.uint32() % 8;
      let digits = "";
      // Often the same key again, which only the timestamp tells apart.
      for (let i = 0; i < length; i++) {
        digits += random.uint32() % 3 === 0 && i > 0
          ? digits[i - 1]
          : alphabet[random.uint32() % alphabet.length];
      }
      const receiver = new DtmfReceiver();
      const events: DtmfEvent[] = [];
      const line = badLine(keysOf(press(digits)), loss, random);
      for (const { packet, at } of line) {
        events.push(...receiver.poll(at), ...receiver.push(packet, at));
      }
      events.push(...receiver.poll(1e6));
      const downs = events.filter(({ type }) => type === "start");
      expect(downs.map(({ digit }) => digit).join("")).toBe(digits);
      expect(events.map(({ type }) => type)).toEqual(downs.flatMap(() => ["start", "end"]));
    }
  });
});
