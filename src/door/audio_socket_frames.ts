/**
 * The frames of Asterisk's AudioSocket:
 * https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/
 *
 * ```text
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * |     kind      |     length, big-endian        |    payload ...
 * +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 * ```
 */

const HEAD_BYTES = 3;

/** What a frame is. */
export const KIND = { hangup: 0x00, uuid: 0x01, dtmf: 0x03, sound: 0x10, error: 0xff } as const;

/** Hz of the sound of the kinds from {@link KIND.sound} on: 16-bit little-endian PCM, one channel. */
const SOUND_RATES = [8000, 12_000, 16_000, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000];

/** One frame. */
export interface AudioSocketFrame {
  /** See {@link KIND}. */
  readonly kind: number;
  /** At most 65,535 bytes. */
  readonly payload: Uint8Array;
}

/** The rate of a kind of sound, in Hz; undefined for what is no sound. */
export function rateOfKind(kind: number): number | undefined {
  return SOUND_RATES[kind - KIND.sound];
}

/** The kind of sound at `sampleRate` Hz. */
export function kindOfRate(sampleRate: number): number {
  return KIND.sound + SOUND_RATES.indexOf(sampleRate);
}

/** A frame as it is sent. */
export function audioSocketFrame(
  kind: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const bytes = new Uint8Array(HEAD_BYTES + payload.length);
  bytes.set([kind, payload.length >> 8, payload.length & 0xff]);
  bytes.set(payload, HEAD_BYTES);
  return bytes;
}

/** The text of a UUID of 16 bytes. */
export function uuidText(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Cuts what TCP brings into frames.
 *
 * It holds at most one frame that is not whole; whether a frame makes sense is not its concern.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AudioSocketParser } from "@sofia/phone/door";
 *
 * const parser = new AudioSocketParser();
 * assert.deepEqual(parser.push(Uint8Array.of(3, 0)), []);
 * assert.deepEqual(parser.push(Uint8Array.of(1, 53, 0)), [{ kind: 3, payload: Uint8Array.of(53) }]);
 * ```
 */
export class AudioSocketParser {
  #rest = new Uint8Array(0);

  /** The frames that `bytes` complete, oldest first. */
  push(bytes: Uint8Array): AudioSocketFrame[] {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const frames: AudioSocketFrame[] = [];
    let at = 0;
    while (at + HEAD_BYTES <= all.length) {
      const end = at + HEAD_BYTES + (all[at + 1] << 8 | all[at + 2]);
      if (end > all.length) break;
      frames.push({ kind: all[at], payload: all.subarray(at + HEAD_BYTES, end) });
      at = end;
    }
    this.#rest = all.slice(at);
    return frames;
  }
}
