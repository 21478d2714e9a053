/** WAV files of 16-bit mono sound, for the side of a test that must not share code with the phone. */
import { readFileSync, writeFileSync } from "node:fs";

/** Sound and its sample rate in Hz. */
export interface WavSound {
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

/** Writes a file. */
export function writeWav(path: string, { sampleRate, samples }: WavSound): void {
  const bytes = new Uint8Array(44 + 2 * samples.length);
  const view = new DataView(bytes.buffer);
  const ascii = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  ascii(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  ascii(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  ascii(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, index) => view.setInt16(44 + 2 * index, sample, true));
  writeFileSync(path, bytes);
}

/** Reads the first data chunk of a file of 16-bit mono PCM; a size past the end means to the end. */
export function readWav(path: string): WavSound {
  const sound = parseWav(readFileSync(path));
  if (sound !== undefined) return sound;
  throw new Error(`Cannot read ${path} as it has no data chunk of 16-bit mono PCM`);
}

/** The sound of a file of 16-bit mono PCM, or `undefined` when it is none. */
export function parseWav(bytes: Uint8Array): WavSound | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const ascii = (at: number): string => new TextDecoder().decode(bytes.subarray(at, at + 4));
  if (bytes.length < 44 || ascii(0) !== "RIFF" || ascii(8) !== "WAVE") return undefined;
  let sampleRate = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = ascii(at);
    const size = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8);
    if (name === "fmt ") {
      const [encoding, channels, bits] = [8, 10, 22].map((from) => view.getUint16(at + from, true));
      if (encoding !== 1 || channels !== 1 || bits !== 16) return undefined;
      sampleRate = view.getUint32(at + 12, true);
    }
    if (name === "data") {
      const samples = new Int16Array(size >> 1);
      for (let index = 0; index < samples.length; index++) {
        samples[index] = view.getInt16(at + 8 + 2 * index, true);
      }
      return sampleRate === 0 ? undefined : { sampleRate, samples };
    }
    at += 8 + size + (size & 1);
  }
  return undefined;
}
