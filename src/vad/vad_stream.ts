/** The stage that marks frames with a voice in them. */

import { type AudioFrame, rmsLevel } from "../audio/mod.ts";
import { type Clock, SystemClock } from "../clock/mod.ts";
import { Deafness, type DeafnessOptions } from "./deafness.ts";
import type { DetectorFactory, VoiceThresholds } from "./detector.ts";
import { DetectorFailure } from "./detector_failure.ts";
import { SteadyDetector } from "./steady_detector.ts";
import { checkThresholds, VoiceGate } from "./voice_gate.ts";
import { VoiceLevel } from "./voice_level.ts";

/** How {@link VadStream} decides, and watches over its detector. */
export interface VadStreamOptions extends DeafnessOptions {
  /** What answers are timed by. @default the machine's */
  readonly clock?: Clock;
  /**
   * From where on a likelihood is a voice.
   * @default what the detector says, else 0.5 to begin and 0.35 to go on
   */
  readonly thresholds?: VoiceThresholds;
  /** How long an answer of the detector may take, in ms. @default 500 */
  readonly stuckMs?: number;
  /** Told of each time the detector was replaced. */
  readonly onRestart?: (failure: DetectorFailure) => void;
}

/**
 * Sets `speech` on each frame, true or false.
 *
 * Frames that were made up for a lost packet or a silent line are shown to the detector as well, so
 * that it loses no time, and keep their `concealed` mark; a voice may go on in them but does not
 * begin there (see {@link VoiceGate}). A detector that throws or does not answer is replaced, as is,
 * once a minute at most, one that finds no voice in 8 s of loud sound: the call goes on (see
 * {@link SteadyDetector} and {@link Deafness}).
 *
 * Closes its detector when the stream ends, whichever way.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VadStream } from "@sofia/phone/vad";
 *
 * const loud = { detect: (samples: Int16Array) => samples[0] > 1000 ? 1 : 0, close() {} };
 * const frame = { sampleRate: 8000, samples: new Int16Array(160).fill(2000), timestamp: 0 };
 * const frames = ReadableStream.from([frame]).pipeThrough(new VadStream(() => loud));
 * for await (const { speech } of frames) assert.equal(speech, true);
 * ```
 */
export class VadStream extends TransformStream<AudioFrame, AudioFrame> {
  /**
   * A stage for one call, which makes its detector.
   *
   * @throws {RangeError} for thresholds that are not 0 < stay <= start <= 1
   */
  constructor(detector: DetectorFactory, options: VadStreamOptions = {}) {
    super(vadTransformer(detector, options));
  }
}

/**
 * The stage of {@link VadStream}.
 *
 * @throws {RangeError} for thresholds that are not 0 < stay <= start <= 1
 */
export function vadTransformer(
  detector: DetectorFactory,
  options: VadStreamOptions = {},
): Transformer<AudioFrame, AudioFrame> {
  const { clock = new SystemClock(), thresholds, stuckMs, onRestart } = options;
  if (thresholds !== undefined) checkThresholds(thresholds);
  const steady = new SteadyDetector(detector, { clock, stuckMs, onRestart });
  const gate = new VoiceGate();
  const level = new VoiceLevel();
  const deafness = new Deafness(options);

  const judge = (frame: AudioFrame, likelihood: number): AudioFrame => {
    const { samples, sampleRate, concealed } = frame;
    const durationMs = (1000 * samples.length) / sampleRate;
    const isVoice = gate.push(likelihood, {
      concealed,
      thresholds: thresholds ?? steady.thresholds,
    });
    if (!isVoice) level.reset();
    // How loud a voice is that was lost, nobody knows.
    const speech = isVoice && (concealed || level.isHeard(samples, durationMs));
    // Made up sound is loud only because the sound before it was.
    const levelDb = isVoice || concealed ? -Infinity : rmsLevel(samples);
    if (deafness.push({ levelDb, durationMs, speech: isVoice })) {
      steady.restart(
        new DetectorFailure("deaf", "Cannot trust the detector as it finds no voice in loud sound"),
      );
    }
    return { ...frame, speech };
  };

  return {
    // Not async: most detectors answer at once, and a promise per frame is a cost of its own.
    transform(frame, controller) {
      const likelihood = steady.detect(frame.samples, frame.sampleRate);
      if (typeof likelihood === "number") return controller.enqueue(judge(frame, likelihood));
      return likelihood.then((late) => controller.enqueue(judge(frame, late)));
    },
    flush: () => steady.close(),
    cancel: () => steady.close(),
  };
}
