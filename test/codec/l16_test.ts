import { describe, expect, test } from "bun:test";
import { L16 } from "../../src/codec/mod.ts";

describe("L16", () => {
  test("all 65,536 samples come back, the upper byte first", () => {
    const codec = new L16(8000);
    const all = Int16Array.from({ length: 0x1_0000 }, (_, index) => index - 0x8000);
    const payload = codec.encode(all);
    expect([...payload.subarray(0, 4)]).toEqual([0x80, 0x00, 0x80, 0x01]);
    expect(codec.decode(payload)).toEqual(all);
  });

  test("has the lower byte first where that is wanted", () => {
    const codec = new L16(16000, { littleEndian: true });
    expect([...codec.encode(Int16Array.of(0x1234, -2))]).toEqual([0x34, 0x12, 0xfe, 0xff]);
    const odd = Uint8Array.of(9, 0x34, 0x12, 0xfe, 0xff).subarray(1);
    expect(codec.decode(odd)).toEqual(Int16Array.of(0x1234, -2));
  });

  test("reads a payload in the middle of a datagram, at an odd byte", () => {
    const datagram = Uint8Array.of(9, 9, 9, 0x12, 0x34, 0xff, 0xff);
    expect(new L16(16000).decode(datagram.subarray(3))).toEqual(Int16Array.of(0x1234, -1));
  });

  test("half a sample makes a payload that is none of its own, and is left out", () => {
    const codec = new L16(16000);
    expect(codec.durationOf(new Uint8Array(640))).toBe(320);
    expect(codec.durationOf(new Uint8Array(641))).toBe(0);
    expect(codec.decode(Uint8Array.of(1, 2, 3))).toEqual(Int16Array.of(0x0102));
    expect(codec.decode(new Uint8Array(0)).length).toBe(0);
  });
});
