/** Sound to packets, as a stage of the chain. */

import type { AudioFrame, EncodedFrame } from "../audio/mod.ts";
import type { Codec } from "./codec.ts";
import { Encoder, type EncoderOptions } from "./encoder.ts";

/**
 * Turns frames of any length at the codec's rate into packets for the line: see {@link Encoder}.
 *
 * @example
 * ```ts
 * import { codecsNamed, EncoderStream } from "@sofia/phone/codec";
 * import assert from "node:assert/strict";
 *
 * const codec = codecsNamed(["PCMU"])[0].create();
 * const speech = ReadableStream.from([
 *   { sampleRate: 8000, samples: new Int16Array(400), timestamp: 0 },
 * ]);
 * const packets = await Array.fromAsync(speech.pipeThrough(new EncoderStream(codec)));
 * assert.deepEqual(packets.map((packet) => packet.payload.length), [160, 160, 160]);
 * ```
 */
export class EncoderStream extends TransformStream<AudioFrame, EncodedFrame> {
  /**
   * A stage for one direction of one call.
   *
   * @throws {RangeError} if an option is out of range
   */
  constructor(codec: Codec, options: EncoderOptions = {}) {
    super(encoderTransformer(codec, options));
  }
}

/**
 * The stage of {@link EncoderStream}.
 *
 * @throws {RangeError} if an option is out of range
 */
export function encoderTransformer(
  codec: Codec,
  options: EncoderOptions = {},
): Transformer<AudioFrame, EncodedFrame> {
  const encoder = new Encoder(codec, options);
  return {
    transform(frame, controller) {
      for (const packet of encoder.push(frame)) controller.enqueue(packet);
    },
    flush(controller) {
      for (const packet of encoder.flush()) controller.enqueue(packet);
    },
  };
}
