/** Frames at one rate to frames at another: the core of the resampling stage. */

import { type AudioFrame, frameSamples } from "../audio/mod.ts";
import { checkRate } from "./rate.ts";
import { Resampler } from "./resampler.ts";

/** From which rate to which. */
export interface ResampleOptions {
  /** Hz of what comes in. @default that of each frame, which may change as speech engines do */
  readonly from?: number;
  /** Hz of what goes out, from 8000 to 48000. */
  readonly to: number;
}

/**
 * Resamples frame by frame: one out for one in, as long, with the same marks.
 *
 * A frame that is at the rate already passes as it is. At the end, and where the rate changes, one
 * frame of 20 ms more brings what the filter still holds (see {@link Resampler.delay}). Where the
 * turn changes that is dropped: it would be heard as a click before the next turn's first word.
 *
 * @example
 * ```ts
 * import { FrameResampler, loadResampler } from "@sofia/phone/resample";
 * import assert from "node:assert/strict";
 *
 * await loadResampler();
 * const resampler = new FrameResampler({ to: 8000 });
 * const samples = new Int16Array(480);
 * const [frame] = resampler.push({ sampleRate: 24000, samples, timestamp: 0, turn: 3 });
 * assert.deepEqual(frame, { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0, turn: 3 });
 * resampler.close();
 * ```
 */
export class FrameResampler {
  readonly #from: number | undefined;
  readonly #to: number;
  #resampler: Resampler | undefined;
  #timestamp: number | undefined;
  #turn: number | undefined;

  /**
   * A resampler for one direction of one call.
   *
   * @throws {RangeError} if a rate is not a whole number of Hz from 8000 to 48000
   */
  constructor(options: ResampleOptions) {
    const { from, to } = options;
    if (from !== undefined) checkRate(from);
    checkRate(to);
    this.#from = from;
    this.#to = to;
  }

  /**
   * `frame` at the new rate, perhaps after the rest of a sound that had another.
   *
   * @throws {TypeError} if it is no frame: stages that users write are not always typed
   * @throws {RangeError} if the frame's rate is not the one that was promised, or none from 8000 to 48000
   */
  push(frame: AudioFrame): AudioFrame[] {
    requireFrame(frame);
    const rate = frame.sampleRate;
    if (this.#from !== undefined && rate !== this.#from) {
      throw new RangeError(
        `Cannot resample as a frame must have ${this.#from} Hz: current value is ${rate}`,
      );
    }
    if (frame.turn !== this.#turn) this.close();
    const frames = this.#resampler && this.#resampler.from !== rate ? this.flush() : [];
    if (this.#timestamp === undefined) {
      this.#timestamp = Math.round((frame.timestamp * this.#to) / rate);
    }
    this.#turn = frame.turn;
    if (rate === this.#to) {
      const unchanged = frame.timestamp === this.#timestamp;
      frames.push(unchanged ? frame : { ...frame, timestamp: this.#timestamp });
      this.#timestamp += frame.samples.length;
      return frames;
    }
    this.#resampler ??= new Resampler(rate, this.#to);
    const samples = this.#resampler.push(frame.samples);
    frames.push({ ...frame, sampleRate: this.#to, samples, timestamp: this.#timestamp });
    this.#timestamp += samples.length;
    return frames;
  }

  /** The rest of the sound, filled up with silence to 20 ms; nothing if none was resampled. */
  flush(): AudioFrame[] {
    if (!this.#resampler || this.#timestamp === undefined) return [];
    const samples = new Int16Array(frameSamples(this.#to));
    samples.set(this.#resampler.flush());
    this.close();
    const frame = { sampleRate: this.#to, samples, timestamp: this.#timestamp };
    this.#timestamp += samples.length;
    return [this.#turn === undefined ? frame : { ...frame, turn: this.#turn }];
  }

  /** Frees the native memory; a second time does nothing. */
  close(): void {
    this.#resampler?.close();
    this.#resampler = undefined;
  }
}

function requireFrame(frame: unknown): void {
  const samples = (frame as Partial<AudioFrame> | undefined)?.samples;
  if (samples instanceof Int16Array) return;
  const kind = (samples as object | undefined)?.constructor.name ?? typeof samples;
  throw new TypeError(
    `Cannot resample as the samples of a frame must be an Int16Array: current value is ${kind}`,
  );
}
