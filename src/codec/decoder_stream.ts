/** Packets to sound, as a stage of the chain. */

import type { AudioFrame, EncodedFrame } from "../audio/mod.ts";
import type { Codec } from "./codec.ts";
import { Decoder, type DecoderOptions } from "./decoder.ts";

/**
 * Turns what came from the line into frames of 20 ms at the codec's rate: see {@link Decoder}.
 *
 * @example
 * ```ts
 * import { codecsNamed, DecoderStream } from "@sofia/phone/codec";
 * import assert from "node:assert/strict";
 *
 * const codec = codecsNamed(["PCMA"])[0].create();
 * const line = ReadableStream.from([
 *   { kind: "audio", payload: new Uint8Array(160).fill(0xd5), timestamp: 0, duration: 160 } as const,
 *   { kind: "lost", payload: new Uint8Array(0), timestamp: 160, duration: 160 } as const,
 * ]);
 * const frames = await Array.fromAsync(line.pipeThrough(new DecoderStream(codec)));
 * assert.deepEqual(frames.map((frame) => frame.concealed ?? false), [false, true]);
 * ```
 */
export class DecoderStream extends TransformStream<EncodedFrame, AudioFrame> {
  /** A stage for one direction of one call. */
  constructor(codec: Codec, options: DecoderOptions = {}) {
    super(decoderTransformer(codec, options));
  }
}

/** The stage of {@link DecoderStream}. */
export function decoderTransformer(
  codec: Codec,
  options: DecoderOptions = {},
): Transformer<EncodedFrame, AudioFrame> {
  const decoder = new Decoder(codec, options);
  return {
    transform(packet, controller) {
      for (const frame of decoder.push(packet)) controller.enqueue(frame);
    },
    flush(controller) {
      for (const frame of decoder.flush()) controller.enqueue(frame);
    },
  };
}
