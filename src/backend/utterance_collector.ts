/** From marked frames to the sound of one whole turn. */

import { type AudioFrame, concatSamples, msIn, RecentSamples, samplesIn } from "../audio/mod.ts";

/** What a caller said in one turn. */
export interface Utterance {
  /** The caller's turn. */
  readonly turn: number;
  /** Its sound from a little before the voice was certain: signed 16-bit, mono. */
  readonly samples: Int16Array;
  /** Samples per second. */
  readonly sampleRate: number;
}

/**
 * How far before its announcement a turn may begin, in ms: a voice that spoke while the agent could
 * not be interrupted, or while it was not certain that it meant to.
 */
const LONGEST_ONSET_MS = 5000;

/** How much {@link UtteranceCollector} keeps. */
export interface UtteranceCollectorOptions {
  /**
   * Sound kept from before the voice began, in ms: a soft onset that no detector has seen.
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
 * import { UtteranceCollector } from "./utterance_collector.ts";
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
  readonly #sound = new RecentSamples();
  #sampleRate = 0;
  #turn: number | undefined;

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

  /** What is gathered of the turn under way; undefined between two turns. */
  get current(): Utterance | undefined {
    if (this.#turn === undefined) return undefined;
    return { turn: this.#turn, samples: this.#sound.newest(), sampleRate: this.#sampleRate };
  }

  /** The last `ms` milliseconds, or all there is. */
  recent(ms: number): Int16Array {
    return this.#sound.newest(samplesIn(ms, this.#sampleRate));
  }

  /** Takes the next frame, returns the utterance it completes. */
  push(frame: AudioFrame): Utterance | undefined {
    const { samples, sampleRate, turn, endOfTurn } = frame;
    this.#sampleRate = sampleRate;
    this.#sound.push(samples);
    if (this.#turn === undefined) {
      const { onsetMs = msIn(samples.length, sampleRate) } = frame;
      const keptMs = turn === undefined ? LONGEST_ONSET_MS : onsetMs + this.#preRollMs;
      this.#sound.keep(samplesIn(keptMs, sampleRate));
      this.#turn = turn;
    }
    if (this.#turn === undefined || !endOfTurn) return undefined;
    const utterance = this.current;
    this.#sound.keep(0);
    this.#turn = undefined;
    return utterance;
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
