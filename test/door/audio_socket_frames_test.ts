import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { AudioSocketParser } from "../../src/door/mod.ts";
import { kindOfRate, rateOfKind, uuidText } from "../../src/door/audio_socket_frames.ts";

describe("AudioSocketParser", () => {
  const bytes = Uint8Array.from([
    ...[0x01, 0, 2, 7, 8],
    ...[0x10, 1, 0, ...Array.from({ length: 256 }, (_, n) => n)],
    ...[0x03, 0, 1, 0x35],
    ...[0x00, 0, 0],
  ]);

  test("finds the same frames however the bytes come", () => {
    const whole = new AudioSocketParser().push(bytes);
    expect(whole.map(({ kind, payload }) => [kind, payload.length])).toEqual([
      [0x01, 2],
      [0x10, 256],
      [0x03, 1],
      [0x00, 0],
    ]);
    const random = new SeededRandom(5);
    for (let round = 0; round < 200; round++) {
      const parser = new AudioSocketParser();
      const frames = [];
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + random.uint32() % 100;
        frames.push(...parser.push(bytes.slice(at, end)));
        at = end;
      }
      expect(frames).toEqual(whole);
    }
  });

  test("gives nothing before a frame is whole", () => {
    const parser = new AudioSocketParser();
    expect(parser.push(Uint8Array.of(0x10, 0xff, 0xff))).toEqual([]);
    expect(parser.push(new Uint8Array(65_534))).toEqual([]);
    expect(parser.push(new Uint8Array(1)).map(({ payload }) => payload.length)).toEqual([65_535]);
  });
});

test.each([
  [0x10, 8000],
  [0x11, 12_000],
  [0x12, 16_000],
  [0x13, 24_000],
  [0x14, 32_000],
  [0x15, 44_100],
  [0x16, 48_000],
  [0x17, 96_000],
  [0x18, 192_000],
])("the kind %d of a frame is sound of %d Hz", (kind, rate) => {
  expect([rateOfKind(kind), kindOfRate(rate)]).toEqual([rate, kind]);
});

test.each([[0x00], [0x01], [0x03], [0x0f], [0x19], [0xff]])("the kind %d is no sound", (kind) => {
  expect(rateOfKind(kind)).toBe(undefined);
});

test("a UUID is written as everywhere", () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, n) => n * 17);
  expect(uuidText(bytes)).toBe("00112233-4455-6677-8899-aabbccddeeff");
});
