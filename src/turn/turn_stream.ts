/** The stage that turns frames into turns. */

import type { AudioFrame } from "../audio/mod.ts";
import type { AgentVoice } from "./agent_voice.ts";
import { TurnDetector } from "./turn_detector.ts";
import type { TurnOptions } from "./turn_options.ts";

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
  /** A stage for one call: around a ready detector, or one of its own. */
  constructor(turns: TurnOptions | TurnDetector = {}, agent?: AgentVoice) {
    super(turnTransformer(turns, agent));
  }
}

/**
 * The stage of {@link TurnStream}.
 *
 * Whoever passes a ready detector can tell it what was understood, by its `hear`; the agent is then the
 * detector's own.
 */
export function turnTransformer(
  turns: TurnOptions | TurnDetector = {},
  agent?: AgentVoice,
): Transformer<AudioFrame, AudioFrame> {
  const detector = turns instanceof TurnDetector ? turns : new TurnDetector(turns, agent);
  return { transform: (frame, controller) => controller.enqueue(detector.push(frame)) };
}
