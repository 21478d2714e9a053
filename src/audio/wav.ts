/** WAV files: RIFF with a `fmt ` and a `data` chunk, as in Microsoft's Multimedia Programming Interface 1.0. */

import { A_LAW, MU_LAW } from "./companding.ts";
import { saturate } from "./mixing.ts";

/** The sound of a WAV file. */
export interface WavAudio {
  /** Hz. */
  readonly sampleRate: number;
  /** One array of 16-bit samples per channel, all of one length: left, right, ... */
  readonly channels: readonly Int16Array[];
}

const PCM = 1;
const FLOAT = 3;
const ALAW = 6;
const MULAW = 7;
const EXTENSIBLE = 0xfffe;

/**
 * The sound of the WAV file in `bytes`: PCM of 8, 16, 24 or 32 bits, 32-bit
 * floats, A-law or μ-law, any number of channels.
 *
 * Unknown chunks are skipped. A `data` chunk that says it is longer than the file, as a recorder
 * leaves that was cut off, gives what is there.
 *
 * @throws {SyntaxError} if it is no WAV file, or compressed otherwise
 */
export function readWav(bytes: Uint8Array): WavAudio {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tagAt(view, 0) !== "RIFF" || tagAt(view, 8) !== "WAVE") {
    throw new SyntaxError("Cannot read WAV as the file must begin with RIFF....WAVE");
  }
  let format: WavFormat | undefined;
  for (let position = 12; position + 8 <= bytes.length;) {
    const tag = tagAt(view, position);
    const start = position + 8;
    const end = Math.min(bytes.length, start + view.getUint32(position + 4, true));
    if (tag === "fmt ") format = readFormat(view, start, end);
    if (tag === "data") {
      if (!format) {
        throw new SyntaxError(
          `Cannot read WAV as a fmt chunk must come before the data: data is at byte ${position}`,
        );
      }
      return readData(view, format, start, end);
    }
    position = end + (end & 1);
  }
  throw new SyntaxError("Cannot read WAV as the file must have a data chunk");
}

/**
 * A WAV file of 16-bit PCM.
 *
 * @throws {RangeError} if there is no channel or their lengths differ
 */
export function writeWav({ sampleRate, channels }: WavAudio): Uint8Array {
  const count = channels.length;
  const length = channels[0]?.length ?? -1;
  if (channels.some((channel) => channel.length !== length) || count === 0) {
    throw new RangeError(
      "Cannot write WAV as there must be channels of one length: current value is " +
        `[${channels.map((channel) => channel.length)}]`,
    );
  }
  const blockBytes = 2 * count;
  const bytes = new Uint8Array(44 + length * blockBytes);
  const view = new DataView(bytes.buffer);
  writeTag(view, 0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  writeTag(view, 8, "WAVE");
  writeTag(view, 12, "fmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, count, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * blockBytes, true);
  view.setUint16(32, blockBytes, true);
  view.setUint16(34, 16, true);
  writeTag(view, 36, "data");
  view.setUint32(40, length * blockBytes, true);
  channels.forEach((channel, index) => {
    for (let n = 0; n < length; n++) {
      view.setInt16(44 + n * blockBytes + 2 * index, channel[n], true);
    }
  });
  return bytes;
}

interface WavFormat {
  readonly sampleRate: number;
  readonly channels: number;
  readonly sampleBytes: number;
  /** One sample at a byte position, in the range of 16 bits. */
  readonly sampleAt: (view: DataView, position: number) => number;
}

function readFormat(view: DataView, start: number, end: number): WavFormat {
  if (end - start < 16) {
    throw new SyntaxError(
      `Cannot read WAV as its fmt chunk must have 16 bytes: current value is ${end - start}`,
    );
  }
  let encoding = view.getUint16(start, true);
  // The extensible form names the encoding again, in the first two bytes of a GUID.
  if (encoding === EXTENSIBLE && end - start >= 40) encoding = view.getUint16(start + 24, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const bits = view.getUint16(start + 14, true);
  const sampleAt = reader(encoding, bits);
  if (!sampleAt) {
    throw new SyntaxError(
      "Cannot read WAV as its encoding must be PCM (1) of 8, 16, 24 or 32 bits, float (3) of 32, " +
        `A-law (6) or μ-law (7) of 8: current value is ${encoding} of ${bits} bits`,
    );
  }
  if (channels === 0 || sampleRate === 0) {
    throw new SyntaxError(
      `Cannot read WAV as it must have channels and a rate: current value is ${channels} channels at ${sampleRate} Hz`,
    );
  }
  return { sampleRate, channels, sampleBytes: bits / 8, sampleAt };
}

function reader(encoding: number, bits: number): WavFormat["sampleAt"] | undefined {
  if (encoding === FLOAT && bits === 32) {
    return (view, at) => saturate(view.getFloat32(at, true) * 32768);
  }
  if (encoding === ALAW && bits === 8) return (view, at) => A_LAW.samples[view.getUint8(at)];
  if (encoding === MULAW && bits === 8) return (view, at) => MU_LAW.samples[view.getUint8(at)];
  if (encoding !== PCM) return undefined;
  if (bits === 8) return (view, at) => (view.getUint8(at) - 128) << 8;
  // Of wider samples the upper 16 bits are kept; they come last.
  if (bits === 16) return (view, at) => view.getInt16(at, true);
  if (bits === 24) return (view, at) => view.getInt16(at + 1, true);
  if (bits === 32) return (view, at) => view.getInt16(at + 2, true);
  return undefined;
}

function readData(view: DataView, format: WavFormat, start: number, end: number): WavAudio {
  const { sampleRate, channels: count, sampleBytes, sampleAt } = format;
  const length = Math.floor((end - start) / (count * sampleBytes));
  const channels = Array.from({ length: count }, () => new Int16Array(length));
  let position = start;
  for (let n = 0; n < length; n++) {
    for (const channel of channels) {
      channel[n] = sampleAt(view, position);
      position += sampleBytes;
    }
  }
  return { sampleRate, channels };
}

function tagAt(view: DataView, position: number): string {
  return String.fromCharCode(
    view.getUint8(position),
    view.getUint8(position + 1),
    view.getUint8(position + 2),
    view.getUint8(position + 3),
  );
}

function writeTag(view: DataView, position: number, tag: string): void {
  for (let i = 0; i < 4; i++) view.setUint8(position + i, tag.charCodeAt(i));
}
