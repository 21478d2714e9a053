/** From frames with and without a voice to the caller's turns. */

import { type AudioFrame, msIn } from "../audio/mod.ts";

/** When a turn begins and ends. */
export interface TurnOptions {
  /**
   * Voice needed within {@link startWindowMs} before a turn begins, in ms. A click or a short cough
   * is shorter; a syllable is longer.
   * @default 120
   */
  readonly startMs?: number;
  /** The time in which the voice of {@link startMs} must fall, in ms. @default 200 */
  readonly startWindowMs?: number;
  /**
   * Silence that ends a turn, in ms. People pause up to about half a second inside a sentence.
   * @default 500
   */
  readonly endMs?: number;
  /**
   * A turn is cut after this, so that a noisy line gets an answer too, in ms. The next one begins
   * after a silence of {@link endMs} or, where none comes, after as long again: the answer must not
   * be taken for interrupted by the noise.
   * @default 30000
   */
  readonly longestMs?: number;
}

/**
 * Numbers the caller's turns and finds their ends.
 *
 * A frame of a turn leaves with its number in `turn`; the last one also with `endOfTurn`. Frames
 * between turns leave as they came. Nothing is held back: a turn is announced on the frame that
 * proves it, so whoever gathers its sound keeps a little of what came before.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TurnDetector } from "@sofia/phone/turn";
 *
 * const turns = new TurnDetector({ startMs: 40, endMs: 40 });
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * const marks = [true, true, true, false, false, false].map((speech) => {
 *   const { turn, endOfTurn } = turns.push({ ...frame, speech });
 *   return endOfTurn ? "end" : turn ?? "-";
 * });
 * assert.deepEqual(marks, ["-", 1, 1, 1, "end", "-"]);
 * ```
 */
export class TurnDetector {
  readonly #startMs: number;
  readonly #startWindowMs: number;
  readonly #endMs: number;
  readonly #longestMs: number;
  readonly #recent: { readonly ms: number; readonly voice: boolean }[] = [];
  #recentMs = 0;
  #voiceMs = 0;
  #turn = 0;
  #inTurn = false;
  #silenceMs = 0;
  #turnMs = 0;
  /** After a turn was cut: how long the noise that cut it is still to be passed over. */
  #noiseMs = 0;

  /** Starts between two turns; the first is number 1. @throws {RangeError} for times that cannot be */
  constructor(options: TurnOptions = {}) {
    const { startMs = 120, startWindowMs = 200, endMs = 500, longestMs = 30_000 } = options;
    for (const [name, ms] of Object.entries({ startMs, startWindowMs, endMs, longestMs })) {
      if (!(ms > 0)) {
        throw new RangeError(
          `Cannot detect turns as ${name} is above 0 ms: current value is ${ms}`,
        );
      }
    }
    if (startWindowMs < startMs) {
      throw new RangeError(
        `Cannot detect turns as startWindowMs is at least startMs (${startMs}): ` +
          `current value is ${startWindowMs}`,
      );
    }
    this.#startMs = startMs;
    this.#startWindowMs = startWindowMs;
    this.#endMs = endMs;
    this.#longestMs = longestMs;
  }

  /** Takes the next frame, returns it with its marks. */
  push(frame: AudioFrame): AudioFrame {
    const ms = msIn(frame.samples.length, frame.sampleRate);
    const voice = frame.speech === true;
    if (this.#noiseMs > 0) return this.#passOver(frame, ms, voice);
    if (!this.#inTurn) {
      this.#remember(ms, voice);
      if (!voice || this.#voiceMs < this.#startMs) return frame;
      this.#begin();
    } else {
      this.#turnMs += ms;
      this.#silenceMs = voice ? 0 : this.#silenceMs + ms;
    }
    const isOver = this.#silenceMs >= this.#endMs;
    const isCut = !isOver && this.#turnMs >= this.#longestMs;
    if (!isOver && !isCut) return { ...frame, turn: this.#turn };
    this.#inTurn = false;
    if (isCut) this.#noiseMs = this.#longestMs;
    return { ...frame, turn: this.#turn, endOfTurn: true };
  }

  #passOver(frame: AudioFrame, ms: number, voice: boolean): AudioFrame {
    this.#silenceMs = voice ? 0 : this.#silenceMs + ms;
    this.#noiseMs = this.#silenceMs >= this.#endMs ? 0 : this.#noiseMs - ms;
    return frame;
  }

  #begin(): void {
    this.#turn++;
    this.#inTurn = true;
    this.#silenceMs = 0;
    this.#turnMs = 0;
    this.#recent.length = 0;
    this.#recentMs = 0;
    this.#voiceMs = 0;
  }

  #remember(ms: number, voice: boolean): void {
    this.#recent.push({ ms, voice });
    this.#recentMs += ms;
    if (voice) this.#voiceMs += ms;
    while (this.#recentMs > this.#startWindowMs) {
      const oldest = this.#recent.shift()!;
      this.#recentMs -= oldest.ms;
      if (oldest.voice) this.#voiceMs -= oldest.ms;
    }
  }
}
