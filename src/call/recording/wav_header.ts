/** The beginning of a recording's file. */

/** Bytes before the first sample. */
export const HEADER_BYTES = 80;
/** Bytes of one sample of both channels. */
export const FRAME_BYTES = 4;

const PCM = 1;
const CHANNELS = 2;
/** A size that is not known yet, or that 32 bits cannot say. */
const UNKNOWN = 0xffffffff;

/**
 * The first {@link HEADER_BYTES} of a WAV file of two channels of 16-bit PCM.
 *
 * There is room in it for the sizes of a file beyond 4 GiB, which then is RF64 (EBU Tech 3306): 37
 * hours at 8 kHz. While the length is not known yet the sizes say "to the end of the file", so that
 * what a crash leaves can be played as it is.
 *
 * @param sampleRate Hz
 * @param frames samples of each channel; undefined while they are not known
 */
export function wavHeader(sampleRate: number, frames?: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const dataBytes = (frames ?? 0) * FRAME_BYTES;
  const riffBytes = dataBytes + HEADER_BYTES - 8;
  const isLong = riffBytes >= UNKNOWN;
  const is32 = frames !== undefined && !isLong;
  tag(bytes, 0, isLong ? "RF64" : "RIFF");
  view.setUint32(4, is32 ? riffBytes : UNKNOWN, true);
  tag(bytes, 8, "WAVE");
  // Where RF64 has its 64-bit sizes, a shorter file has a chunk that readers pass over.
  tag(bytes, 12, isLong ? "ds64" : "JUNK");
  view.setUint32(16, 28, true);
  if (isLong) {
    view.setBigUint64(20, BigInt(riffBytes), true);
    view.setBigUint64(28, BigInt(dataBytes), true);
    view.setBigUint64(36, BigInt(frames ?? 0), true);
  }
  tag(bytes, 48, "fmt ");
  view.setUint32(52, 16, true);
  view.setUint16(56, PCM, true);
  view.setUint16(58, CHANNELS, true);
  view.setUint32(60, sampleRate, true);
  view.setUint32(64, sampleRate * FRAME_BYTES, true);
  view.setUint16(68, FRAME_BYTES, true);
  view.setUint16(70, 16, true);
  tag(bytes, 72, "data");
  view.setUint32(76, is32 ? dataBytes : UNKNOWN, true);
  return bytes;
}

function tag(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = text.charCodeAt(i);
}
