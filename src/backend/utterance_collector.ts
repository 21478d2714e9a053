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
  #frames: AudioFrame[] = [];
  #ms = 0;
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
    const { sampleRate } = this.#frames[0];
    const samples = concatSamples(this.#frames.map((kept) => kept.samples));
    return { turn: this.#turn, samples, sampleRate };
  }

  /** The last `ms` milliseconds, in whole frames, or all there is. */
  recent(ms: number): Int16Array {
    let length = 0;
    const kept = this.#frames.slice(
      1 + this.#frames.findLastIndex((frame) => (length += lengthMs(frame)) > ms),
    );
    return concatSamples(kept.map(({ samples }) => samples));
  }

  /** Takes the next frame, returns the utterance it completes. */
  push(frame: AudioFrame): Utterance | undefined {
    this.#frames.push(frame);
    this.#ms += lengthMs(frame);
    if (this.#turn === undefined) {
      const { turn, onsetMs = lengthMs(frame) } = frame;
      this.#keep(turn === undefined ? LONGEST_ONSET_MS : onsetMs + this.#preRollMs);
      this.#turn = turn;
    }
    if (this.#turn === undefined || !frame.endOfTurn) return undefined;
    const utterance = this.current;
    this.#frames = [];
    this.#ms = 0;
    this.#turn = undefined;
    return utterance;
  }

  #keep(ms: number): void {
    // Whole frames, and with fractions of a ms as 44.1 kHz has them, rather one too many.
    while (this.#ms - lengthMs(this.#frames[0]) >= ms - 1e-6 && this.#frames.length > 1) {
      this.#ms -= lengthMs(this.#frames.shift()!);
    }
  }
}

function lengthMs({ samples, sampleRate }: AudioFrame): number {
  return msIn(samples.length, sampleRate);
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
