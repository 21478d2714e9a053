/** G.711: one byte per sample at 8 kHz, under one of two laws. */

import { A_LAW, ByteSlab, compress, expand, MU_LAW } from "../audio/mod.ts";
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

const LAWS = { PCMU: MU_LAW, PCMA: A_LAW };

/**
 * G.711 by table; what it is given leaves no trace in what it gives later.
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
  /** A payload is its samples and nothing else. */
  readonly isStateless = true;
  readonly #slab = new ByteSlab();

  /** An instance of the law `name`. */
  constructor(name: "PCMU" | "PCMA") {
    this.name = name;
  }

  /** One tick per byte. */
  durationOf(payload: Uint8Array): number {
    return payload.length;
  }

  /** One sample per byte; each byte is a valid one. */
  decode(payload: Uint8Array): Int16Array {
    return expand(payload, LAWS[this.name]);
  }

  /** One byte per sample. */
  encode(samples: Int16Array): Uint8Array {
    return compress(samples, LAWS[this.name], this.#slab.take(samples.length));
  }

  /** Nothing is held. */
  close(): void {}
}
