/** L16: 16-bit samples as they are, the upper byte first (RFC 3551 section 4.5.11). */

import type { Codec, CodecSpec } from "./codec.ts";

/** L16, mono, at `sampleRate` Hz under the dynamic `payloadType`. */
export function l16(sampleRate: number, payloadType: number): CodecSpec {
  return {
    format: { name: "L16", clockRate: sampleRate, payloadType },
    create: () => new L16(sampleRate),
  };
}

/**
 * Linear PCM in network byte order.
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

  /** An instance for `sampleRate` Hz; one tick is one sample. */
  constructor(sampleRate: number) {
    this.clockRate = sampleRate;
    this.sampleRate = sampleRate;
  }

  /** One tick per two bytes; half a sample at the end makes the payload invalid. */
  durationOf(payload: Uint8Array): number {
    return payload.length % 2 === 0 ? payload.length / 2 : 0;
  }

  /** One sample per two bytes; half a sample at the end is left out. */
  decode(payload: Uint8Array): Int16Array {
    const samples = new Int16Array(payload.length >> 1);
    for (let i = 0; i < samples.length; i++) {
      samples[i] = (payload[2 * i] << 8) | payload[2 * i + 1];
    }
    return samples;
  }

  /** Two bytes per sample. */
  encode(samples: Int16Array): Uint8Array {
    const payload = new Uint8Array(samples.length * 2);
    for (let i = 0; i < samples.length; i++) {
      payload[2 * i] = samples[i] >> 8;
      payload[2 * i + 1] = samples[i];
    }
    return payload;
  }

  /** Nothing is held. */
  close(): void {}
}
