/** Frames at one rate to frames at another, as a stage of the chain. */

import type { AudioFrame } from "../audio/mod.ts";
import { FrameResampler, type ResampleOptions } from "./frame_resampler.ts";
import { loadResampler } from "./speex.ts";

/**
 * Resamples frame by frame: see {@link FrameResampler}.
 *
 * The first frame waits until the WebAssembly is loaded, so that a chain can be put together without
 * waiting. Native memory is freed when the stage ends, in whatever way it ends.
 *
 * @example
 * ```ts
 * import { ResampleStream } from "@sofia/phone/resample";
 * import assert from "node:assert/strict";
 *
 * const speech = ReadableStream.from([
 *   { sampleRate: 24000, samples: new Int16Array(480), timestamp: 0, text: "Hello" },
 * ]);
 * const stage = new ResampleStream({ from: 24000, to: 8000 });
 * const frames = await Array.fromAsync(speech.pipeThrough(stage));
 * assert.deepEqual(frames.map(({ samples, text }) => [samples.length, text]), [
 *   [160, "Hello"],
 *   [160, undefined],
 * ]);
 * ```
 */
export class ResampleStream extends TransformStream<AudioFrame, AudioFrame> {
  /**
   * A stage for one direction of one call.
   *
   * @throws {RangeError} if a rate is not a whole number of Hz from 8000 to 48000
   */
  constructor(options: ResampleOptions) {
    super(resampleTransformer(options));
  }
}

/**
 * The stage of {@link ResampleStream}.
 *
 * @throws {RangeError} if a rate is not a whole number of Hz from 8000 to 48000
 */
export function resampleTransformer(options: ResampleOptions): Transformer<AudioFrame, AudioFrame> {
  const resampler = new FrameResampler(options);
  return {
    start: options.from === options.to ? undefined : loadResampler,
    transform(frame, controller) {
      try {
        for (const resampled of resampler.push(frame)) controller.enqueue(resampled);
      } catch (error) {
        resampler.close();
        throw error;
      }
    },
    flush(controller) {
      for (const rest of resampler.flush()) controller.enqueue(rest);
    },
    cancel: () => resampler.close(),
  };
}
