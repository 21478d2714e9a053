/** From a sound to the frames of a call. */

import { type AudioFrame, FRAME_MS, Framer, frameSamples, samplesIn } from "../audio/mod.ts";
import type { Speech } from "../backend/mod.ts";

/** Silence after a sound, in ms: it pushes the end of the sound through every stage on its way. */
const TAIL_MS = 200;

/** How {@link framesOf} cuts. */
export interface FramesOfOptions {
  /** Begins anew at the end, for ever. @default false */
  readonly loop?: boolean;
}

/**
 * A sound of any rate in frames of 20 ms, made as they are read; the last one is filled up with
 * silence, and 200 ms of silence follow.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { framesOf } from "@sofia/phone/media";
 *
 * const beep = { samples: new Int16Array(400).fill(9), sampleRate: 8000 };
 * const frames = await Array.fromAsync(framesOf(beep));
 * assert.equal(frames.length, 3 + 10);
 * assert.deepEqual(frames[2].samples.slice(79, 81), new Int16Array([9, 0]));
 * ```
 */
export function framesOf(
  sound: Speech,
  options: FramesOfOptions = {},
): ReadableStream<AudioFrame> {
  const frames = cut(sound, options.loop ?? false);
  return new ReadableStream({
    pull(controller) {
      const { value, done } = frames.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function* cut({ samples, sampleRate }: Speech, loop: boolean): Generator<AudioFrame, undefined> {
  const framer = new Framer(frameSamples(sampleRate));
  let positionMs = 0;
  const frame = (part: Int16Array): AudioFrame => {
    const timestamp = samplesIn(positionMs, sampleRate);
    positionMs += FRAME_MS;
    return { sampleRate, samples: part, timestamp };
  };
  do {
    for (const part of framer.push(samples)) yield frame(part.slice());
    // A sound without samples would be cut for ever.
  } while (loop && samples.length > 0);
  const rest = framer.flush();
  if (rest !== undefined) yield frame(rest);
  for (let ms = 0; ms < TAIL_MS; ms += FRAME_MS) {
    yield frame(new Int16Array(frameSamples(sampleRate)));
  }
  return undefined;
}
