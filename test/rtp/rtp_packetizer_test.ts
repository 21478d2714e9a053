import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { parseRtpPacket, type RtpPacket } from "../../src/rtp/rtp_packet.ts";
import { RtpPacketizer } from "../../src/rtp/rtp_packetizer.ts";

const START = { ssrc: 7, sequenceNumber: 65534, timestamp: 2 ** 32 - 160 };
const SOUND = new Uint8Array(160).fill(0xff);

function make(options = START): RtpPacketizer {
  return new RtpPacketizer(new SeededRandom(1), options);
}

function next(packetizer: RtpPacketizer, payloadType = 0, payload = SOUND): RtpPacket {
  return parseRtpPacket(packetizer.next(payload, 160, { payloadType })) as RtpPacket;
}

describe("RtpPacketizer", () => {
  test("counts on over both wraps", () => {
    const packetizer = make();
    const packets = [1, 2, 3].map(() => next(packetizer));
    expect(packets.map(({ sequenceNumber }) => sequenceNumber)).toEqual([65534, 65535, 0]);
    expect(packets.map(({ timestamp }) => timestamp)).toEqual([2 ** 32 - 160, 0, 160]);
    expect(packets.map(({ ssrc }) => ssrc)).toEqual([7, 7, 7]);
  });

  test("starts at random, by the injected numbers", () => {
    const draw = (seed: number) => next(new RtpPacketizer(new SeededRandom(seed)));
    const starts = Array.from({ length: 50 }, (_, seed) => draw(seed));
    expect(new Set(starts.map(({ ssrc }) => ssrc)).size).toBe(50);
    expect(new Set(starts.map(({ sequenceNumber }) => sequenceNumber)).size).toBeGreaterThan(45);
    expect(new Set(starts.map(({ timestamp }) => timestamp)).size).toBe(50);
    expect(draw(3)).toEqual(draw(3));
  });

  test("lets time pass in silence without a gap in the numbers, and marks the sound after it", () => {
    const packetizer = make();
    const marks = [next(packetizer), next(packetizer)];
    packetizer.skip(160);
    packetizer.skip(320);
    marks.push(next(packetizer), next(packetizer));
    expect(marks.map(({ marker }) => marker)).toEqual([true, false, true, false]);
    expect(marks.map(({ sequenceNumber }) => sequenceNumber)).toEqual([65534, 65535, 0, 1]);
    expect((marks[2].timestamp - marks[1].timestamp) >>> 0).toBe(640);
  });

  test("marks the first packet of another payload type, unless told", () => {
    const packetizer = make();
    next(packetizer);
    const bytes = packetizer.next(Uint8Array.of(70), 160, { payloadType: 13, marker: false });
    expect((parseRtpPacket(bytes) as RtpPacket).marker).toBe(false);
    expect([next(packetizer), next(packetizer)].map(({ marker }) => marker)).toEqual([true, false]);
    expect(next(packetizer, 8).marker).toBe(true);
  });

  test("dates a packet back by its age while the clock goes on", () => {
    const packetizer = make();
    const tone = [0, 160, 320].map((age) =>
      parseRtpPacket(packetizer.next(SOUND, 160, { payloadType: 101, age })) as RtpPacket
    );
    expect(tone.map(({ timestamp }) => timestamp)).toEqual(new Array(3).fill(2 ** 32 - 160));
    expect(next(packetizer).timestamp).toBe(320);
  });

  test("sums up what it sent for RTCP", () => {
    const packetizer = make();
    expect(packetizer.sent).toEqual({
      ssrc: 7,
      packets: 0,
      octets: 0,
      timestamp: 0,
      sentAt: undefined,
    });
    packetizer.next(SOUND, 160, { payloadType: 0, sentAt: 20 });
    packetizer.next(Uint8Array.of(1, 2, 3, 4), 160, { payloadType: 101, age: 160, sentAt: 40 });
    expect(packetizer.sent).toEqual({ ssrc: 7, packets: 2, octets: 164, timestamp: 0, sentAt: 40 });
  });

  test("takes another SSRC when the peer has the same, but not for ever from an echo", () => {
    const packetizer = make();
    next(packetizer);
    expect(packetizer.avoid(8)).toBe(false);
    expect(packetizer.avoid(7)).toBe(true);
    const after = next(packetizer);
    expect(after.ssrc).not.toBe(7);
    expect([after.marker, after.timestamp]).toEqual([true, 0]);
    expect(packetizer.sent.packets).toBe(1);
    expect(packetizer.avoid(after.ssrc)).toBe(false);
    expect(next(packetizer).ssrc).toBe(after.ssrc);
  });

  test("takes another SSRC though chance offers the same again", () => {
    const packetizer = new RtpPacketizer({ uint32: () => 7 });
    expect(packetizer.avoid(7)).toBe(true);
    expect(packetizer.ssrc).not.toBe(7);
  });
});
