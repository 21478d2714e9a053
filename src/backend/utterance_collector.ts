/** From marked frames to the sound of one whole turn. */

import { type AudioFrame, concatSamples, msIn, samplesIn } from "../audio/mod.ts";

/** What a caller said in one turn. */
export interface Utterance {
  /** The caller's turn. */
  readonly turn: number;
  /** Its sound from a little before the voice was certain: signed 16-bit, mono. */
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly sampleRate: number;
}

/** How much {@link UtteranceCollector} keeps. */
export interface UtteranceCollectorOptions {
  /**
   * Sound kept from before the turn was announced, in ms: the time it takes to be certain of a
   * voice, and a soft onset before that.
   * @default 300
   */
  readonly preRollMs?: number;
}

/**
 * Gathers the frames of a turn, and what came just before them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { UtteranceCollector } from "@sofia/phone/backend";
 *
 * const utterances = new UtteranceCollector();
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * utterances.push(frame);
 * utterances.push({ ...frame, turn: 1 });
 * assert.equal(utterances.push({ ...frame, turn: 1, endOfTurn: true })?.samples.length, 480);
 * ```
 */
export class UtteranceCollector {
  readonly #preRollMs: number;
  #frames: AudioFrame[] = [];
  #ms = 0;

  /** Starts between two turns. */
  constructor(options: UtteranceCollectorOptions = {}) {
    const { preRollMs = 300 } = options;
    if (!(preRollMs >= 0)) {
      throw new RangeError(
        `Cannot collect utterances as preRollMs is 0 or more: current value is ${preRollMs}`,
      );
    }
    this.#preRollMs = preRollMs;
  }

  /** Takes the next frame, returns the utterance it completes. */
  push(frame: AudioFrame): Utterance | undefined {
    this.#frames.push(frame);
    this.#ms += msIn(frame.samples.length, frame.sampleRate);
    if (frame.turn === undefined) {
      while (this.#ms > this.#preRollMs) {
        const oldest = this.#frames.shift()!;
        this.#ms -= msIn(oldest.samples.length, oldest.sampleRate);
      }
    }
    if (frame.turn === undefined || !frame.endOfTurn) return undefined;
    const samples = concatSamples(this.#frames.map((kept) => kept.samples));
    this.#frames = [];
    this.#ms = 0;
    return { turn: frame.turn, samples, sampleRate: frame.sampleRate };
  }
}

/**
 * Two utterances as one, for when the caller went on before anybody had understood the first.
 *
 * The turn is that of the second. Of the first no more than `limitMs` milliseconds are kept.
 */
export function joinUtterances(first: Utterance, second: Utterance, limitMs: number): Utterance {
  if (first.sampleRate !== second.sampleRate) return second;
  const kept = first.samples.subarray(-samplesIn(limitMs, first.sampleRate));
  return { ...second, samples: concatSamples([kept, second.samples]) };
}
