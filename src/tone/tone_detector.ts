/** Finds single tones in sound: the beep of an answering machine, the call of a fax. */

import { samplesIn, toDecibels } from "../audio/mod.ts";
import { fitTones } from "./fit_tones.ts";
import { GoertzelBank } from "./goertzel_bank.ts";
import { SlidingWindow } from "./sliding_window.ts";
import type { ToneEvent } from "./tone_event.ts";

/** What a {@link ToneDetector} takes for a tone. */
export interface ToneDetectorOptions {
  /** Hz of the lowest tone. @default 350 */
  readonly lowest?: number;
  /** Hz of the highest tone. @default 2600 */
  readonly highest?: number;
  /** How long a tone has to last, in ms. @default 120 */
  readonly minMs?: number;
  /** How loud it has to be, in dBov (RMS). @default -45 */
  readonly minLevelDb?: number;
}

const WINDOW_MS = 20;
const HOP_MS = 5;
/** Tones are looked for so far apart, in Hz, in the middle half of a window, which tells 100 apart. */
const GRID_HZ = 80;
/** The share of the energy that may be something else than the tone: 10 dB of noise and more. */
const MAX_RESIDUAL = 0.1;
/** What of the energy is a tone's before it is measured: less than what the grid hears of any. */
const WORTH_MEASURING = 0.4;
/** How far a tone may drift from its mean, as a share: the voice of somebody who hums drifts more. */
const MAX_DRIFT = 0.015;
/** How long a tone may be away and still be the same one, in ms: a lost packet. */
const BRIDGED_MS = 30;

/** A tone under way. */
interface Run {
  /** Looks from the first that found it to the last, and how many of those did. */
  hops: number;
  finds: number;
  misses: number;
  frequency: number;
  power: number;
}

/**
 * Finds single tones of any frequency: pure, steady, and of some length.
 *
 * A voice is neither pure nor steady for so long, and the tones of keys, of ringing and of dialling
 * are two at a time in most countries. Takes sound of one rate in pieces of any length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { silence, tone } from "@sofia/phone/audio";
 * import { ToneDetector } from "@sofia/phone/tone";
 *
 * const detector = new ToneDetector(8000);
 * const [start] = detector.push(tone([1000], 300));
 * assert.deepEqual([start.type, Math.round(start.frequency)], ["start", 1000]);
 * const [end] = detector.push(silence(100));
 * assert.equal(end.type, "end");
 * assert.ok(Math.abs(end.durationMs - 300) <= 10);
 * ```
 */
export class ToneDetector {
  readonly #sampleRate: number;
  readonly #window: SlidingWindow;
  readonly #grid: GoertzelBank;
  readonly #options: Required<ToneDetectorOptions>;
  #run: Run | undefined;
  #isTold = false;

  /**
   * For sound of `sampleRate` Hz.
   *
   * @throws {RangeError} for frequencies that the sound cannot have
   */
  constructor(sampleRate: number, options: ToneDetectorOptions = {}) {
    const { lowest = 350, highest = 2600, minMs = 120, minLevelDb = -45 } = options;
    if (!(lowest > 0 && lowest <= highest && highest < sampleRate / 2)) {
      throw new RangeError(
        `Cannot find tones as they are above 0 and below half of ${sampleRate} Hz: ` +
          `current value is ${lowest} to ${highest}`,
      );
    }
    this.#sampleRate = sampleRate;
    this.#options = { lowest, highest, minMs, minLevelDb };
    this.#window = new SlidingWindow(
      samplesIn(WINDOW_MS, sampleRate),
      samplesIn(HOP_MS, sampleRate),
    );
    const count = Math.ceil((highest - lowest) / GRID_HZ) + 1;
    this.#grid = new GoertzelBank(
      Array.from({ length: count }, (_, i) => Math.min(highest, lowest + i * GRID_HZ)),
      sampleRate,
    );
  }

  /** Takes the next samples; returns the tones that are found to be there, or over. */
  push(samples: Int16Array): ToneEvent[] {
    const events: ToneEvent[] = [];
    this.#window.push(samples, (window) => this.#look(window, events));
    return events;
  }

  /** The sound is over, and a tone with it. */
  flush(): ToneEvent[] {
    const events: ToneEvent[] = [];
    this.#end(events);
    return events;
  }

  #look(window: Float32Array, events: ToneEvent[]): void {
    const found = this.#find(window);
    const run = this.#run;
    if (found === undefined) {
      if (run !== undefined && ++run.misses * HOP_MS > BRIDGED_MS + WINDOW_MS) this.#end(events);
      return;
    }
    if (run === undefined || Math.abs(found.frequency / run.frequency - 1) > MAX_DRIFT) {
      this.#end(events);
      this.#run = { hops: 1, finds: 1, misses: 0, ...found };
      return;
    }
    run.hops += 1 + run.misses;
    run.misses = 0;
    run.finds++;
    // A mean that forgets, as what begins softly is measured worst.
    run.frequency += (found.frequency - run.frequency) / Math.min(run.hops, 20);
    run.power += (found.power - run.power) / Math.min(run.hops, 20);
    // Two tones that are too near to be told apart beat, and look like one now and then.
    if (run.finds < run.hops / 2) return;
    if (this.#isTold || durationOf(run) < this.#options.minMs) return;
    this.#isTold = true;
    events.push(told("start", run));
  }

  #end(events: ToneEvent[]): void {
    if (this.#isTold) events.push(told("end", this.#run!));
    this.#run = undefined;
    this.#isTold = false;
  }

  /** The one tone of a window; undefined when there is none, or something beside it. */
  #find(window: Float32Array): { frequency: number; power: number } | undefined {
    const power = meanSquare(window);
    if (level(power) < this.#options.minLevelDb) return undefined;
    const middle = window.subarray(window.length >> 2, (3 * window.length) >> 2);
    const best = this.#grid.loudest(middle);
    if (best.power < WORTH_MEASURING * power) return undefined;
    const frequency = this.#grid.frequencies[best.index];
    const { tones: [found], residual } = fitTones(window, [frequency], this.#sampleRate);
    const { lowest, highest } = this.#options;
    const isTone = residual <= MAX_RESIDUAL && found.frequency >= lowest * (1 - MAX_DRIFT) &&
      found.frequency <= highest * (1 + MAX_DRIFT);
    return isTone ? found : undefined;
  }
}

function told(type: ToneEvent["type"], run: Run): ToneEvent {
  const { frequency, power } = run;
  return { type, frequency, levelDb: level(power), durationMs: durationOf(run) };
}

/** Windows that hold nine tenths of the tone's beginning or end count as well. */
function durationOf({ hops }: Run): number {
  return (hops - 1) * HOP_MS + 0.9 * WINDOW_MS;
}

function meanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return sum / samples.length;
}

/** The mean of a square in dBov. */
function level(power: number): number {
  return toDecibels(Math.sqrt(power) / 32768);
}
