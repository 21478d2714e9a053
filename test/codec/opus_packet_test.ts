import { describe, expect, test } from "bun:test";
import { lostOpusPacket, opusDuration, redundantOpusPacket } from "../../src/codec/opus_packet.ts";

/** A packet with the given configuration, stereo bit and frame count code, and its next bytes. */
function packet(config: number, stereo: number, code: number, ...rest: number[]): Uint8Array {
  return Uint8Array.of((config << 3) | (stereo << 2) | code, ...rest);
}

describe("opusDuration", () => {
  // RFC 6716 table 2, in ticks of 48 kHz: SILK, hybrid and CELT of every length.
  test.each([
    [0, 480],
    [1, 960],
    [6, 1920],
    [11, 2880],
    [12, 480],
    [13, 960],
    [14, 480],
    [15, 960],
    [16, 120],
    [21, 240],
    [26, 480],
    [31, 960],
  ])("one frame of configuration %d lasts %d ticks", (config, ticks) => {
    expect(opusDuration(packet(config, 0, 0, 1, 2))).toBe(ticks);
    expect(opusDuration(packet(config, 1, 0))).toBe(ticks);
  });

  test("counts the frames of all four codes", () => {
    expect(opusDuration(packet(9, 0, 1, 1, 2))).toBe(1920);
    expect(opusDuration(packet(9, 0, 2, 1, 1, 2, 3))).toBe(1920);
    expect(opusDuration(packet(9, 0, 3, 3, 1, 2, 3))).toBe(2880);
    expect(opusDuration(packet(16, 0, 3, 48))).toBe(5760);
  });

  test.each([
    ["nothing", new Uint8Array(0)],
    ["two equal frames that are not", packet(9, 0, 1, 1)],
    ["two frames without a length", packet(9, 0, 2)],
    ["no frame count", packet(9, 0, 3)],
    ["no frames", packet(9, 0, 3, 0)],
    ["more than 120 ms", packet(9, 0, 3, 7)],
    ["48 frames of 60 ms", packet(11, 0, 3, 48)],
  ])("%s is no packet", (_, bytes) => {
    expect(opusDuration(bytes)).toBe(0);
  });
});

describe("lostOpusPacket", () => {
  test("is one byte of the same mode and bandwidth, mono, 20 ms at most", () => {
    const header = (bytes: Uint8Array) => [...lostOpusPacket(bytes)];
    expect(header(packet(9, 1, 3, 2))).toEqual([9 << 3]);
    expect(header(packet(8, 0, 0, 2))).toEqual([8 << 3]);
    expect(header(packet(11, 0, 0, 2))).toEqual([9 << 3]);
    expect(header(packet(14, 0, 0, 2))).toEqual([14 << 3]);
    expect(header(packet(31, 0, 0, 2))).toEqual([31 << 3]);
  });
});

describe("redundantOpusPacket", () => {
  test("says the copy is the frame: voice set, copy cleared, hybrid for wide-band SILK", () => {
    const given = packet(9, 0, 0, 0b0110_1010, 7, 8);
    expect(redundantOpusPacket(given)).toEqual(packet(13, 0, 0, 0b1010_1010, 7, 8));
    expect(given).toEqual(packet(9, 0, 0, 0b0110_1010, 7, 8));
    expect(redundantOpusPacket(packet(8, 0, 0, 0xff, 7))).toEqual(packet(12, 0, 0, 0xbf, 7));
    expect(redundantOpusPacket(packet(15, 0, 0, 0xff, 7))).toEqual(packet(15, 0, 0, 0xbf, 7));
  });

  test("in stereo, the side has what its copy has", () => {
    expect(redundantOpusPacket(packet(15, 1, 0, 0b0111_1010, 7))).toEqual(
      packet(15, 1, 0, 0b1010_1010, 7),
    );
    expect(redundantOpusPacket(packet(15, 1, 0, 0b0110_1010, 7))).toEqual(
      packet(15, 1, 0, 0b1000_1010, 7),
    );
  });

  test.each([
    ["without a copy", packet(9, 0, 0, 0b1011_1111, 7)],
    ["narrow-band, where 8 kHz are still heard", packet(1, 0, 0, 0xff, 7)],
    ["of CELT alone", packet(31, 0, 0, 0xff, 7)],
    ["of 40 ms", packet(10, 0, 0, 0xff, 7)],
    ["of several frames", packet(9, 0, 1, 0xff, 7)],
    ["of silence", packet(9, 0, 0)],
    ["of nothing", new Uint8Array(0)],
  ])("a packet %s has none", (_, bytes) => {
    expect(redundantOpusPacket(bytes)).toBeUndefined();
  });
});
