import { describe, expect, test } from "bun:test";
import { readWav } from "../../../src/audio/mod.ts";
import { HEADER_BYTES, wavHeader } from "../../../src/call/recording/wav_header.ts";

function withSound(header: Uint8Array, samples: number[]): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 2 * samples.length);
  bytes.set(header);
  bytes.set(new Uint8Array(Int16Array.from(samples).buffer), HEADER_BYTES);
  return bytes;
}

const ascii = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.slice(at, at + 4));

describe("wavHeader", () => {
  test("begins a file that any reader of WAV takes", () => {
    const { sampleRate, channels } = readWav(withSound(wavHeader(16_000, 2), [1, -2, 3, -4, 5, 6]));
    expect(sampleRate).toBe(16_000);
    expect(channels.map((channel) => [...channel])).toEqual([[1, 3], [-2, -4]]);
  });

  test("says to the end of the file while the length is not known", () => {
    const { channels } = readWav(withSound(wavHeader(8000), [1, -2, 3, -4]));
    expect(channels.map((channel) => [...channel])).toEqual([[1, 3], [-2, -4]]);
  });

  test("is that of RF64 from 4 GiB on, with the sizes in 64 bits", () => {
    const last = Math.floor((2 ** 32 - 2 - 72) / 4);
    const short = wavHeader(8000, last);
    expect(ascii(short, 0)).toBe("RIFF");
    const view = new DataView(short.buffer);
    expect(view.getUint32(76, true)).toBe(4 * last);
    expect(view.getUint32(4, true)).toBe(4 * last + 72);
    const frames = 2 * 10 ** 9;
    const long = new DataView(wavHeader(8000, frames).buffer);
    expect(ascii(new Uint8Array(long.buffer), 0)).toBe("RF64");
    expect(ascii(new Uint8Array(long.buffer), 12)).toBe("ds64");
    expect(long.getBigUint64(20, true)).toBe(8_000_000_072n);
    expect(long.getBigUint64(28, true)).toBe(8_000_000_000n);
    expect(long.getBigUint64(36, true)).toBe(2_000_000_000n);
    expect([long.getUint32(4, true), long.getUint32(76, true)]).toEqual([0xffffffff, 0xffffffff]);
  });
});
