/** The last seconds of what a caller said. */

import { type AudioFrame, concatSamples, msIn } from "../audio/mod.ts";

/**
 * Keeps the newest frames of a sound.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RecentSound } from "./recent_sound.ts";
 *
 * const recent = new RecentSound();
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * for (let i = 0; i < 10; i++) recent.push(frame, 100);
 * assert.equal(recent.snapshot()().length, 800);
 * ```
 */
export class RecentSound {
  /** With the length of each: whoever has the frame now may have given its buffer away. */
  #frames: { readonly samples: Int16Array; readonly ms: number }[] = [];
  #ms = 0;

  /** Takes the next frame, and keeps no more than `limitMs` milliseconds. */
  push(frame: AudioFrame, limitMs: number): void {
    const { samples, sampleRate } = frame;
    const ms = msIn(samples.length, sampleRate);
    this.#frames.push({ samples, ms });
    this.#ms += ms;
    while (this.#ms > limitMs) this.#ms -= this.#frames.shift()!.ms;
  }

  /** What is kept now, to be put together when it is asked for. */
  snapshot(): () => Int16Array {
    const frames = [...this.#frames];
    return () => concatSamples(frames.map(({ samples }) => samples));
  }
}
