/**
 * G.711: one byte per sample at 8 kHz.
 *
 * From ITU-T G.711 (11/88), tables 1 and 2. Both laws cut the range of one sign into segments, each
 * twice as wide as the one before it, and each segment into sixteen steps. A byte says which:
 *
 * ```text
 *  0   1   2   3   4   5   6   7
 * +---+-----------+---------------+
 * | S |  segment  |     step      |   μ-law: all bits inverted; A-law: every second one
 * +---+-----------+---------------+
 * ```
 */

import type { Codec, CodecSpec } from "./codec.ts";

/** μ-law, the law of North America and Japan: payload type 0. */
export const pcmu: CodecSpec = {
  format: { name: "PCMU", clockRate: 8000, payloadType: 0 },
  create: () => new G711("PCMU"),
};

/** A-law, the law of everywhere else: payload type 8. */
export const pcma: CodecSpec = {
  format: { name: "PCMA", clockRate: 8000, payloadType: 8 },
  create: () => new G711("PCMA"),
};

/** A law as two tables. */
interface Law {
  /** The sample of each code. */
  readonly samples: Int16Array;
  /** The code of each sample, found at the sample's own 16 bits. */
  readonly codes: Uint8Array;
}

const LAWS: Readonly<Record<"PCMU" | "PCMA", Law>> = {
  PCMU: tabulate(muLawSample, muLawCode),
  PCMA: tabulate(aLawSample, aLawCode),
};

/**
 * G.711 by table; it has no state, so that one instance could serve all calls.
 *
 * @example
 * ```ts
 * import { G711 } from "@sofia/phone/codec";
 * import assert from "node:assert/strict";
 *
 * const codec = new G711("PCMU");
 * assert.deepEqual(codec.encode(Int16Array.of(0, 32767, -32768)), Uint8Array.of(0xff, 0x80, 0x00));
 * assert.deepEqual(codec.decode(Uint8Array.of(0xff, 0x80, 0x00)), Int16Array.of(0, 32124, -32124));
 * ```
 */
export class G711 implements Codec {
  /** The encoding name: which of the two laws. */
  readonly name: "PCMU" | "PCMA";
  /** Ticks of the RTP timestamp per second. */
  readonly clockRate = 8000;
  /** Samples per second. */
  readonly sampleRate = 8000;
  readonly #law: Law;

  /** An instance of the law `name`. */
  constructor(name: "PCMU" | "PCMA") {
    this.name = name;
    this.#law = LAWS[name];
  }

  /** One tick per byte. */
  durationOf(payload: Uint8Array): number {
    return payload.length;
  }

  /** One sample per byte; each byte is a valid one. */
  decode(payload: Uint8Array): Int16Array {
    const { samples: table } = this.#law;
    const samples = new Int16Array(payload.length);
    for (let i = 0; i < payload.length; i++) samples[i] = table[payload[i]];
    return samples;
  }

  /** One byte per sample. */
  encode(samples: Int16Array): Uint8Array {
    const { codes } = this.#law;
    const payload = new Uint8Array(samples.length);
    for (let i = 0; i < samples.length; i++) payload[i] = codes[samples[i] & 0xffff];
    return payload;
  }

  /** Nothing is held. */
  close(): void {}
}

function tabulate(sampleOf: (code: number) => number, codeOf: (sample: number) => number): Law {
  const samples = Int16Array.from({ length: 0x100 }, (_, code) => sampleOf(code));
  const codes = Uint8Array.from({ length: 0x1_0000 }, (_, bits) => codeOf((bits << 16) >> 16));
  return { samples, codes };
}

// The Recommendation counts in 14 bits for μ-law and 13 for A-law; samples have 16. Negative samples
// are inverted rather than negated, as in ITU-T G.191, so that both signs have as many samples.

function muLawSample(code: number): number {
  const inverted = ~code & 0xff;
  const segment = (inverted >> 4) & 7;
  const size = ((((inverted & 15) << 1) + 33) << segment) - 33;
  return (inverted & 0x80 ? -size : size) << 2;
}

function muLawCode(sample: number): number {
  // 33 makes the eight segments begin at powers of two.
  const size = Math.min((sample < 0 ? ~sample : sample) >> 2, 8158) + 33;
  const segment = 26 - Math.clz32(size);
  const step = (size >> (segment + 1)) & 15;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

function aLawSample(code: number): number {
  const inverted = code ^ 0x55;
  const segment = (inverted >> 4) & 7;
  const step = ((inverted & 15) << 1) + 1;
  // The first two segments are equally wide.
  const size = segment === 0 ? step : (step + 32) << (segment - 1);
  return (inverted & 0x80 ? size : -size) << 3;
}

function aLawCode(sample: number): number {
  const size = (sample < 0 ? ~sample : sample) >> 4;
  const segment = size < 16 ? 0 : 28 - Math.clz32(size);
  const step = (segment === 0 ? size : size >> (segment - 1)) & 15;
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55;
}
