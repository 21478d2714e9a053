/** L16: 16-bit samples as they are, in RTP the upper byte first (RFC 3551 section 4.5.11). */

import type { Codec, CodecSpec } from "./codec.ts";

/** L16, mono, at `sampleRate` Hz under the dynamic `payloadType`. */
export function l16(sampleRate: number, payloadType: number): CodecSpec {
  return {
    format: { name: "L16", clockRate: sampleRate, payloadType },
    create: () => new L16(sampleRate),
  };
}

/** How an {@link L16} writes. */
export interface L16Options {
  /** The lower byte of each sample first, as everywhere but on a network. @default false */
  readonly littleEndian?: boolean;
}

/**
 * Linear PCM, by default in network byte order.
 *
 * @example
 * ```ts
 * import { L16 } from "@sofia/phone/codec";
 * import assert from "node:assert/strict";
 *
 * const codec = new L16(16000);
 * assert.deepEqual(codec.encode(Int16Array.of(1, -2)), Uint8Array.of(0, 1, 0xff, 0xfe));
 * assert.deepEqual(codec.decode(Uint8Array.of(0, 1, 0xff, 0xfe)), Int16Array.of(1, -2));
 * ```
 */
export class L16 implements Codec {
  /** The encoding name. */
  readonly name = "L16";
  /** A payload is its samples and nothing else. */
  readonly isStateless = true;
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate: number;
  /** Samples per second. */
  readonly sampleRate: number;
  /** The place of the upper byte of a sample, and of the lower. */
  readonly #upper: 0 | 1;
  readonly #lower: 0 | 1;

  /** An instance for `sampleRate` Hz; one tick is one sample. */
  constructor(sampleRate: number, options: L16Options = {}) {
    const { littleEndian = false } = options;
    this.clockRate = sampleRate;
    this.sampleRate = sampleRate;
    [this.#upper, this.#lower] = littleEndian ? [1, 0] : [0, 1];
  }

  /** One tick per two bytes; half a sample at the end makes the payload invalid. */
  durationOf(payload: Uint8Array): number {
    return payload.length % 2 === 0 ? payload.length / 2 : 0;
  }

  /** One sample per two bytes; half a sample at the end is left out. */
  decode(payload: Uint8Array): Int16Array {
    const samples = new Int16Array(payload.length >> 1);
    for (let i = 0; i < samples.length; i++) {
      samples[i] = (payload[2 * i + this.#upper] << 8) | payload[2 * i + this.#lower];
    }
    return samples;
  }

  /** Two bytes per sample. */
  encode(samples: Int16Array): Uint8Array {
    const payload = new Uint8Array(samples.length * 2);
    for (let i = 0; i < samples.length; i++) {
      payload[2 * i + this.#upper] = samples[i] >> 8;
      payload[2 * i + this.#lower] = samples[i];
    }
    return payload;
  }

  /** Nothing is held. */
  close(): void {}
}
