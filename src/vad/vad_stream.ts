/** The stage that marks frames with a voice in them. */

import type { AudioFrame } from "../audio/mod.ts";
import type { Detector } from "./detector.ts";

/** How {@link VadStream} decides. */
export interface VadStreamOptions {
  /** A frame is marked when its likelihood of a voice is at least this. @default 0.5 */
  readonly threshold?: number;
}

/**
 * Sets `speech` on each frame, true or false.
 *
 * Closes its detector when the stream ends, whichever way. A frame that was made up for a silent
 * line or a lost packet keeps its `concealed` mark, so that later stages can weigh it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VadStream } from "@sofia/phone/vad";
 *
 * const loud = { detect: (samples: Int16Array) => samples[0] > 1000 ? 1 : 0, close() {} };
 * const frame = { sampleRate: 8000, samples: new Int16Array(160).fill(2000), timestamp: 0 };
 * const frames = ReadableStream.from([frame]).pipeThrough(new VadStream(loud));
 * for await (const { speech } of frames) assert.equal(speech, true);
 * ```
 */
export class VadStream extends TransformStream<AudioFrame, AudioFrame> {
  /** A stage for one call, which takes over the detector. */
  constructor(detector: Detector, options: VadStreamOptions = {}) {
    super(vadTransformer(detector, options));
  }
}

/** The stage of {@link VadStream}. */
export function vadTransformer(
  detector: Detector,
  options: VadStreamOptions = {},
): Transformer<AudioFrame, AudioFrame> {
  const { threshold = 0.5 } = options;
  // Neither `flush` nor `cancel` is called after a failure.
  const fail = (error: unknown): never => {
    detector.close();
    throw error;
  };
  return {
    // Not async: most detectors answer at once, and a promise per frame is a cost of its own.
    transform(frame, controller) {
      const mark = (voice: number) => controller.enqueue({ ...frame, speech: voice >= threshold });
      try {
        const likelihood = detector.detect(frame.samples, frame.sampleRate);
        return typeof likelihood === "number"
          ? mark(likelihood)
          : likelihood.then(mark).catch(fail);
      } catch (error) {
        fail(error);
      }
    },
    flush: () => detector.close(),
    cancel: () => detector.close(),
  };
}
