import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import {
  isRtcp,
  parseRtpPacket,
  type RtpFault,
  type RtpPacket,
  serializeRtpPacket,
} from "../../src/rtp/rtp_packet.ts";
import { fromHex } from "../support/bytes.ts";

describe("parseRtpPacket", () => {
  test("reads the packet FreeSWITCH sends", () => {
    const packet = parseRtpPacket(fromHex("80 80 1f5f 00005fa0 3b0c41ed 7f7e7d"));
    expect(packet).toEqual({
      payloadType: 0,
      marker: true,
      sequenceNumber: 0x1f5f,
      timestamp: 0x5fa0,
      ssrc: 0x3b0c41ed,
      payload: Uint8Array.of(0x7f, 0x7e, 0x7d),
    });
  });

  test("reads the highest value of every field as a positive number", () => {
    const packet = parseRtpPacket(fromHex("80 ff ffff ffffffff ffffffff")) as RtpPacket;
    expect(packet.payloadType).toBe(127);
    expect(packet.sequenceNumber).toBe(65535);
    expect(packet.timestamp).toBe(4294967295);
    expect(packet.ssrc).toBe(4294967295);
    expect(packet.payload.length).toBe(0);
  });

  test("finds the payload behind CSRCs, an extension and padding", () => {
    const packet = parseRtpPacket(fromHex(`
      b2 08 0001 000000a0 00000007
      aabbccdd ffffffff
      bede 0002 01020304 05060708
      d5d5 0000 000004`));
    expect(packet).toEqual({
      payloadType: 8,
      marker: false,
      sequenceNumber: 1,
      timestamp: 160,
      ssrc: 7,
      payload: Uint8Array.of(0xd5, 0xd5, 0),
      csrcs: [0xaabbccdd, 0xffffffff],
      extension: { profile: 0xbede, data: fromHex("0102030405060708") },
    });
  });

  test("reads a packet that is a window of a larger buffer", () => {
    const buffer = fromHex("ffff 80 00 0007 000000a0 00000001 55 ffff");
    const packet = parseRtpPacket(buffer.subarray(2, 15)) as RtpPacket;
    expect([packet.sequenceNumber, [...packet.payload]]).toEqual([7, [0x55]]);
  });

  test.each<[RtpFault, string]>([
    ["empty", ""],
    ["too-short", "80"],
    ["too-short", "5445535400"],
    ["too-short", "80 00 0007 000000a0 000000"],
    ["bad-version", "00 01 0000 2112a442 000000000000000000000000"],
    ["bad-version", "40 00 0007 000000a0 00000001 55"],
    ["bad-version", "c0 00 0007 000000a0 00000001 55"],
    ["bad-csrc-length", "81 00 0007 000000a0 00000001"],
    ["bad-csrc-length", "8f 00 0007 000000a0 00000001 0000000000000000"],
    ["bad-extension-length", "90 00 0007 000000a0 00000001"],
    ["bad-extension-length", "90 00 0007 000000a0 00000001 bede00"],
    ["bad-extension-length", "90 00 0007 000000a0 00000001 bede0001"],
    ["bad-extension-length", "90 00 0007 000000a0 00000001 bedeffff 00000000"],
    ["bad-padding", "a0 00 0007 000000a0 00000001"],
    ["bad-padding", "a0 00 0007 000000a0 00000001 00"],
    ["bad-padding", "a0 00 0007 000000a0 00000001 550203ff"],
    ["bad-padding", "b0 00 0007 000000a0 00000001 bede0001 00000005"],
  ])("says %s of %s", (fault, hex) => {
    expect(parseRtpPacket(fromHex(hex))).toBe(fault);
  });
});

describe("serializeRtpPacket", () => {
  const plain: RtpPacket = {
    payloadType: 0,
    marker: true,
    sequenceNumber: 0x1f5f,
    timestamp: 0x5fa0,
    ssrc: 0x3b0c41ed,
    payload: Uint8Array.of(1, 2),
  };

  test("writes the bytes of the RFC's diagram", () => {
    expect(serializeRtpPacket(plain)).toEqual(fromHex("80 80 1f5f 00005fa0 3b0c41ed 0102"));
  });

  test("takes a timestamp before zero, and numbers past the end, around the wrap", () => {
    const written = serializeRtpPacket({ ...plain, timestamp: -160, sequenceNumber: 65536 });
    const packet = parseRtpPacket(written) as RtpPacket;
    expect([packet.timestamp, packet.sequenceNumber]).toEqual([2 ** 32 - 160, 0]);
  });

  test("writes to a buffer of its own each time", () => {
    const payload = Uint8Array.of(1);
    const written = serializeRtpPacket({ ...plain, payload });
    payload[0] = 9;
    expect(written.at(-1)).toBe(1);
    expect(serializeRtpPacket(plain).buffer).not.toBe(serializeRtpPacket(plain).buffer);
  });

  test("gives back what any packet was made of", () => {
    const random = new SeededRandom(3550);
    const data = (length: number) => Uint8Array.from({ length }, () => random.uint32() & 255);
    for (let i = 0; i < 2000; i++) {
      const bits = random.uint32();
      const packet: RtpPacket = {
        payloadType: bits & 127,
        marker: (bits & 128) !== 0,
        sequenceNumber: random.uint32() >>> 16,
        timestamp: random.uint32(),
        ssrc: random.uint32(),
        payload: data(bits >>> 24),
        csrcs: bits & 256
          ? Array.from({ length: 1 + (bits >>> 9) % 15 }, () => random.uint32())
          : undefined,
        extension: bits & 512
          ? { profile: bits >>> 16, data: data(4 * ((bits >>> 10) & 31)) }
          : undefined,
      };
      expect(parseRtpPacket(serializeRtpPacket(packet))).toEqual(packet);
    }
  });

  test.each([
    ["payload type is 0-127: current value is 128", { payloadType: 128 }],
    ["payload type is 0-127: current value is NaN", { payloadType: NaN }],
    ["at most 15 CSRCs: current value is 16", { csrcs: new Array<number>(16).fill(1) }],
    ["current value is 3 bytes", { extension: { profile: 0, data: new Uint8Array(3) } }],
  ])("refuses what cannot be expressed: %s", (message, change) => {
    expect(() => serializeRtpPacket({ ...plain, ...change })).toThrow(message as string);
  });
});

describe("isRtcp", () => {
  test("tells RTCP from RTP with and without marker, STUN and rubbish", () => {
    const packets = [
      "80c8 0006",
      "81c9 0007",
      "80df 0000",
      "80 00 0001",
      "80 80 0001",
      "80e5 0001",
    ];
    expect(packets.map((hex) => isRtcp(fromHex(hex)))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect([fromHex("00c8"), fromHex("80"), fromHex("")].some(isRtcp)).toBe(false);
  });
});
