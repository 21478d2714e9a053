import { describe, expect, test } from "bun:test";
import { readWav, writeWav } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { concatBytes, fromHex } from "../support/bytes.ts";

const left = Int16Array.of(1, -2, 32767);
const right = Int16Array.of(-32768, 0, 256);

// As sox 14.4.2 writes it: `sox -n -r 8000 -c 1 -b 16 ...` with the samples 1, -2, 32767.
const MONO = fromHex(`
  52494646 2a000000 57415645 666d7420 10000000 0100 0100 401f0000 803e0000 0200 1000
  64617461 06000000 0100 feff ff7f`);

describe("writeWav", () => {
  test("writes the 44 bytes of header that others write", () => {
    expect(writeWav({ sampleRate: 8000, channels: [left] })).toEqual(MONO);
  });

  test("refuses no channels and channels of different lengths", () => {
    expect(() => writeWav({ sampleRate: 8000, channels: [] })).toThrow("current value is []");
    expect(() => writeWav({ sampleRate: 8000, channels: [left, new Int16Array(2)] })).toThrow(
      "current value is [3,2]",
    );
  });
});

describe("readWav", () => {
  test.each([[[left]], [[left, right]], [[new Int16Array(0)]]])(
    "reads back what was written",
    (channels) => {
      const wav = { sampleRate: 16000, channels };
      expect(readWav(writeWav(wav))).toEqual(wav);
    },
  );

  test.each([
    ["8-bit PCM", 1, 8, "00 80 ff", [-32768, 0, 32512]],
    ["24-bit PCM", 1, 24, "ff0100 00fe ff ffff7f", [1, -2, 32767]],
    ["32-bit PCM", 1, 32, "ffff0100 0000feff ffffff7f", [1, -2, 32767]],
    ["A-law", 6, 8, "d5 55 aa 2a", [8, -8, 32256, -32256]],
    ["μ-law", 7, 8, "ff 7f 80 00", [0, 0, 32124, -32124]],
    ["32-bit float", 3, 32, "0000003f 000080bf 00000040", [16384, -32768, 32767]],
  ])("reads %s", (_, encoding, bits, data, samples) => {
    expect(readWav(riff(format(encoding, bits), chunk("data", fromHex(data)))).channels).toEqual([
      Int16Array.from(samples),
    ]);
  });

  test("reads the extensible form, whose encoding is in a GUID", () => {
    const guid = fromHex("1600 1000 04000000 0100 0000 0000 1000 8000 00aa00389b71");
    const extensible = concatBytes(format(0xfffe, 16).subarray(8), guid);
    const wav = riff(chunk("fmt ", extensible), chunk("data", fromHex("0100")));
    expect(readWav(wav).channels).toEqual([Int16Array.of(1)]);
  });

  test("skips chunks it does not know, of even and odd length", () => {
    const wav = riff(
      chunk("LIST", fromHex("01 02 03")),
      format(1, 16),
      chunk("fact", fromHex("01 02 03 04")),
      chunk("data", fromHex("0100")),
    );
    expect(readWav(wav).channels).toEqual([Int16Array.of(1)]);
  });

  test("reads what is there of a recording that was cut off", () => {
    expect(readWav(MONO.subarray(0, MONO.length - 3)).channels).toEqual([Int16Array.of(1)]);
  });

  test("reads a file that starts in the middle of a buffer", () => {
    expect(readWav(concatBytes(fromHex("ff"), MONO).subarray(1)).channels).toEqual([left]);
  });

  test.each([
    ["another file", fromHex("00".repeat(64)), "RIFF....WAVE"],
    ["an empty file", new Uint8Array(0), "RIFF....WAVE"],
    ["no data", riff(format(1, 16)), "a data chunk"],
    ["data before its format", riff(chunk("data", fromHex("0100"))), "data is at byte 12"],
    ["too short a format", riff(chunk("fmt ", fromHex("0100"))), "current value is 2"],
    ["ADPCM", riff(format(2, 4), chunk("data", fromHex("ff"))), "current value is 2 of 4 bits"],
    ["12 bits", riff(format(1, 12)), "current value is 1 of 12 bits"],
    ["no channels", riff(format(1, 16, 0)), "current value is 0 channels"],
  ])("says of %s what is wrong", (_, wav, message) => {
    expect(() => readWav(wav)).toThrow(message);
    expect(() => readWav(wav)).toThrow(SyntaxError);
  });

  test("any bytes give sound or a SyntaxError", () => {
    const random = new SeededRandom(7);
    for (let round = 0; round < 2_000; round++) {
      const wav = MONO.slice(0, 12 + (random.uint32() % 40));
      for (let i = 0; i < 3; i++) wav[12 + (random.uint32() % 38)] = random.uint32();
      try {
        readWav(wav);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }
  });
});

function chunk(tag: string, content: Uint8Array): Uint8Array {
  const size = new Uint8Array(new Uint32Array([content.length]).buffer);
  const pad = new Uint8Array(content.length % 2);
  return concatBytes(new TextEncoder().encode(tag), size, content, pad);
}

function format(encoding: number, bits: number, channels = 1): Uint8Array {
  // encoding, channels, the rate in two halves, bytes per second (unused), per block (unused), bits
  const fields = [encoding, channels, 8000, 0, 0, 0, 0, bits];
  return chunk("fmt ", new Uint8Array(Uint16Array.from(fields).buffer));
}

function riff(...chunks: Uint8Array[]): Uint8Array {
  return chunk("RIFF", concatBytes(new TextEncoder().encode("WAVE"), ...chunks));
}
