/** Keys that are heard: the two tones of a telephone's key in the sound itself. */

import { fromDecibels, samplesIn } from "../audio/mod.ts";
import { type KeySound, KeySoundFinder, meanSquare } from "./key_sound_finder.ts";
import { SlidingWindow } from "./sliding_window.ts";

/** A key went down, or came up again. Each press gives exactly one `start` and one `end`. */
export interface HeardKey {
  /** Whether the key went down or came up. */
  readonly type: "start" | "end";
  /** `0`-`9`, `*`, `#`, `A`-`D`. */
  readonly digit: string;
  /** How long it was down so far, in ms, within 5. */
  readonly durationMs: number;
}

/** What a {@link DtmfDetector} takes for a key. */
export interface DtmfDetectorOptions {
  /** Keys that are down so long, in ms, are heard; at least 35. @default 40 */
  readonly minMs?: number;
  /** How loud each of the two tones has to be, in dBov (RMS); -38 is about -32 dBm0. @default -38 */
  readonly minLevelDb?: number;
}

const WINDOW_MS = 20;
const HOP_MS = 5;
const HOPS_IN_WINDOW = WINDOW_MS / HOP_MS;
/** How much one look may differ from the one before: a voice glides, a key does not. */
const STEADY_PITCH = 0.012;
const STEADY_POWER = 2.5;
/** A key is up after 15 ms that are 10 dB quieter: interruptions of 10 ms are to be bridged. */
const QUIET = 0.1;
const QUIET_HOPS = 3;
/** A key is up after so many looks at something else, which has to last for 30 ms then. */
const MISSES = 8;
/** For so many looks sound that was made up says nothing against a key. */
const MADE_UP_HOPS = 12;

/**
 * Hears keys in sound of one rate, in pieces of any length.
 *
 * The sound is looked at every 5 ms for 20 ms. A look finds a key if two sines near its tones, by
 * least squares, explain nearly all of the energy; a key is down when some looks in a row find the
 * same two sines: of the same pitch and as loud. So a voice, which glides and has overtones, is not
 * taken for a key. Limits are those of ITU-T Q.24 and wider, with room for noise.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { silence, tone } from "@sofia/phone/audio";
 * import { DtmfDetector, dtmfTones } from "@sofia/phone/tone";
 *
 * const detector = new DtmfDetector(8000);
 * const [start] = detector.push(tone(dtmfTones("#"), 100));
 * assert.deepEqual([start.type, start.digit], ["start", "#"]);
 * const [end] = detector.push(silence(40));
 * assert.equal(end.type, "end");
 * assert.ok(Math.abs(end.durationMs - 100) <= 5);
 * ```
 */
export class DtmfDetector {
  readonly #window: SlidingWindow;
  readonly #hop: number;
  readonly #finder: KeySoundFinder;
  readonly #minHits: number;
  /** The key that is down. */
  #down: Run | undefined;
  /** What may become one. */
  #next: Run | undefined;
  /** What was seen since the key was heard last. */
  #misses = 0;
  #quiet = 0;
  /** Whether the newest sound was made up, and how many looks still have such sound in them. */
  #isConcealed = false;
  #tainted = 0;
  #madeUp = 0;

  /**
   * For sound of `sampleRate` Hz.
   *
   * @throws {RangeError} for a `minMs` that is too short to tell a key from a voice
   */
  constructor(sampleRate: number, options: DtmfDetectorOptions = {}) {
    const { minMs = 40, minLevelDb = -38 } = options;
    if (!(minMs >= 35)) {
      throw new RangeError(`Cannot hear keys as minMs is at least 35: current value is ${minMs}`);
    }
    this.#hop = samplesIn(HOP_MS, sampleRate);
    this.#window = new SlidingWindow(samplesIn(WINDOW_MS, sampleRate), this.#hop);
    this.#finder = new KeySoundFinder(sampleRate, (32768 * fromDecibels(minLevelDb)) ** 2);
    this.#minHits = Math.floor((minMs - WINDOW_MS) / HOP_MS) - 1;
  }

  /** The key that is down; undefined while none is. */
  get down(): string | undefined {
    return this.#down?.sound.digit;
  }

  /** Takes the next samples, `concealed` if they were made up; returns what keys did in them. */
  push(samples: Int16Array, options: { readonly concealed?: boolean } = {}): HeardKey[] {
    const events: HeardKey[] = [];
    this.#isConcealed = options.concealed === true;
    this.#window.push(samples, (window) => this.#look(window, events));
    return events;
  }

  /** The sound is over, and a key that is down comes up. */
  flush(): HeardKey[] {
    const events: HeardKey[] = [];
    this.#end(events);
    return events;
  }

  #look(window: Float32Array, events: HeardKey[]): void {
    if (this.#isConcealed) this.#tainted = HOPS_IN_WINDOW;
    const isMadeUp = this.#tainted > 0;
    if (isMadeUp) this.#tainted--;
    this.#madeUp = isMadeUp ? this.#madeUp + 1 : 0;
    const found = this.#finder.find(window);
    const down = this.#down;
    if (down !== undefined && found?.digit === down.sound.digit) {
      // As loud as it is by now.
      this.#down = { sound: found, hits: down.hits + this.#misses + 1 };
      this.#misses = this.#quiet = 0;
      this.#next = undefined;
      return;
    }
    if (down !== undefined) this.#miss(window, down, events);
    const next = this.#next;
    if (found === undefined) this.#next = undefined;
    else {
      const hits = next !== undefined && isSteady(next.sound, found) ? next.hits + 1 : 1;
      this.#next = { sound: found, hits };
      if (hits >= this.#minHits) this.#begin(events);
    }
  }

  #miss(window: Float32Array, { sound }: Run, events: HeardKey[]): void {
    if (this.#tainted === 0 || this.#madeUp > MADE_UP_HOPS) this.#misses++;
    const [low, high] = sound.powers;
    const newest = window.subarray(window.length - this.#hop);
    if (!this.#isConcealed && meanSquare(newest) < QUIET * (low + high)) this.#quiet++;
    if (this.#misses >= MISSES || this.#quiet >= QUIET_HOPS) this.#end(events);
  }

  #begin(events: HeardKey[]): void {
    this.#end(events);
    this.#down = this.#next;
    this.#next = undefined;
    events.push(told("start", this.#down!));
  }

  #end(events: HeardKey[]): void {
    if (this.#down !== undefined) events.push(told("end", this.#down));
    this.#down = undefined;
    this.#misses = this.#quiet = 0;
  }
}

/** A key over several looks. */
interface Run {
  readonly sound: KeySound;
  /** Looks from the first that found it to the last. */
  readonly hits: number;
}

function told(type: HeardKey["type"], { sound, hits }: Run): HeardKey {
  // Looks that hold nine tenths of the key's beginning or end found it, too.
  return { type, digit: sound.digit, durationMs: (hits - 1) * HOP_MS + 0.9 * WINDOW_MS };
}

/** Whether two looks in a row saw the same two sines. */
function isSteady(before: KeySound, now: KeySound): boolean {
  return before.digit === now.digit &&
    now.frequencies.every((one, i) => Math.abs(one / before.frequencies[i] - 1) < STEADY_PITCH) &&
    now.powers.every((one, i) => {
      const change = one / before.powers[i];
      return change < STEADY_POWER && change > 1 / STEADY_POWER;
    });
}
