/** From a sound to the frames of a call. */

import { type AudioFrame, FRAME_MS, Framer, frameSamples, samplesIn } from "../audio/mod.ts";
import { requireSpeech, type Speech } from "../backend/mod.ts";

/** Silence after a sound, in ms: it pushes the end of the sound through every stage on its way. */
const TAIL_MS = 200;

/** How {@link framesOf} cuts. */
export interface FramesOfOptions {
  /** Begins anew at the end, for ever. @default false */
  readonly loop?: boolean;
}

/**
 * Sounds of any rate, one after another, in frames of 20 ms that are made as they are read; the last
 * one is filled up with silence, and 200 ms of silence follow.
 *
 * @throws {TypeError | RangeError} for what is no sound
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { framesOf } from "@sofia/phone/media";
 *
 * const beep = { samples: new Int16Array(400).fill(9), sampleRate: 8000 };
 * const frames = await Array.fromAsync(framesOf([beep]));
 * assert.equal(frames.length, 3 + 10);
 * assert.deepEqual(frames[2].samples.slice(79, 81), new Int16Array([9, 0]));
 * ```
 */
export function framesOf(
  sounds: readonly Speech[],
  options: FramesOfOptions = {},
): ReadableStream<AudioFrame> {
  // Here, where whoever gave it is told: within a stream it would be a sound that ends too soon.
  sounds.forEach((sound) => requireSpeech(sound));
  const frames = cut(sounds, options.loop ?? false);
  return new ReadableStream({
    pull(controller) {
      const { value, done } = frames.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

function* cut(sounds: readonly Speech[], loop: boolean): Generator<AudioFrame, undefined> {
  let framer: Framer | undefined;
  let sampleRate = 8000;
  let positionMs = 0;
  const frame = (samples: Int16Array): AudioFrame => {
    const timestamp = samplesIn(positionMs, sampleRate);
    positionMs += FRAME_MS;
    return { sampleRate, samples, timestamp };
  };
  // A sound without samples would be cut for ever.
  const isEmpty = sounds.every(({ samples }) => samples.length === 0);
  do {
    for (const sound of sounds) {
      if (sound.sampleRate !== sampleRate) {
        const rest = framer?.flush();
        if (rest !== undefined) yield frame(rest);
        framer = undefined;
        sampleRate = sound.sampleRate;
      }
      framer ??= new Framer(frameSamples(sampleRate));
      // A copy, as it may be the very samples that were given, and be played again.
      for (const samples of framer.push(sound.samples)) yield frame(samples.slice());
    }
  } while (loop && !isEmpty);
  const rest = framer?.flush();
  if (rest !== undefined) yield frame(rest);
  for (let ms = 0; ms < TAIL_MS; ms += FRAME_MS) {
    yield frame(new Int16Array(frameSamples(sampleRate)));
  }
  return undefined;
}
