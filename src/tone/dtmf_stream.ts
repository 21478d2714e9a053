/** The stage that hears keys in the caller's sound. */

import type { AudioFrame } from "../audio/mod.ts";
import { DtmfDetector, type DtmfDetectorOptions, type HeardKey } from "./dtmf_detector.ts";

/** What a {@link DtmfStream} does with the keys it hears. */
export interface DtmfStreamOptions extends DtmfDetectorOptions {
  /** Told of each key that goes down or comes up. */
  readonly onKey: (key: HeardKey) => void;
  /**
   * Whether a key is silence for the stages after this one, from when it is known to be one, 30 to
   * 40 ms after it went down: it is no voice, and nobody is to write it down. Frames are passed on as
   * they come, without a delay.
   *
   * @default true
   */
  readonly mute?: boolean;
}

/**
 * Passes sound on, tells the keys that are heard in it, and silences them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tone } from "@sofia/phone/audio";
 * import { DtmfStream, dtmfTones } from "@sofia/phone/tone";
 *
 * const keys: string[] = [];
 * const onKey = ({ type, digit }: { type: string; digit: string }) => void keys.push(type + digit);
 * const frame = { sampleRate: 8000, samples: tone(dtmfTones("5"), 100), timestamp: 0 };
 * for await (const { samples } of ReadableStream.from([frame]).pipeThrough(new DtmfStream({ onKey }))) {
 *   assert.deepEqual(samples, new Int16Array(800));
 * }
 * assert.deepEqual(keys, ["start5", "end5"]);
 * ```
 */
export class DtmfStream extends TransformStream<AudioFrame, AudioFrame> {
  /** A stage for one call. */
  constructor(options: DtmfStreamOptions) {
    super(dtmfTransformer(options));
  }
}

/** The stage of {@link DtmfStream}. */
export function dtmfTransformer(options: DtmfStreamOptions): Transformer<AudioFrame, AudioFrame> {
  const { onKey, mute = true } = options;
  let detector: DtmfDetector | undefined;
  let rate = 0;
  const release = () => detector?.flush().forEach(onKey);
  return {
    transform(frame, controller) {
      const { samples, sampleRate } = frame;
      if (detector === undefined || sampleRate !== rate) {
        release();
        rate = sampleRate;
        detector = new DtmfDetector(rate, options);
      }
      const wasDown = detector.down !== undefined;
      const keys = detector.push(samples, frame);
      keys.forEach(onKey);
      const isKey = wasDown || keys.length > 0;
      controller.enqueue(isKey && mute ? silenced(frame) : frame);
    },
    flush: release,
    cancel: release,
  };
}

function silenced(frame: AudioFrame): AudioFrame {
  return { ...frame, samples: new Int16Array(frame.samples.length) };
}
