/** The stage that turns frames into turns. */

import type { AudioFrame } from "../audio/mod.ts";
import { TurnDetector, type TurnOptions } from "./turn_detector.ts";

/**
 * Runs a {@link TurnDetector} over a stream of frames that a VAD has marked.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TurnStream } from "@sofia/phone/turn";
 *
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0, speech: true };
 * const frames = ReadableStream.from([frame, frame])
 *   .pipeThrough(new TurnStream({ startMs: 40 }));
 * assert.deepEqual((await Array.fromAsync(frames)).map(({ turn }) => turn), [undefined, 1]);
 * ```
 */
export class TurnStream extends TransformStream<AudioFrame, AudioFrame> {
  /** A stage for one call. */
  constructor(options: TurnOptions = {}) {
    super(turnTransformer(options));
  }
}

/** The stage of {@link TurnStream}. */
export function turnTransformer(options: TurnOptions = {}): Transformer<AudioFrame, AudioFrame> {
  const turns = new TurnDetector(options);
  return { transform: (frame, controller) => controller.enqueue(turns.push(frame)) };
}
