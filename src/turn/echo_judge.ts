/** Whether a voice on the line is the agent's own, come back from a loudspeaker. */

import { type AudioFrame, fromDecibels, rmsLevel, toDecibels } from "../audio/mod.ts";
import { findEchoLag, fitEcho } from "./echo_fit.ts";
import { LazyThinSound } from "./lazy_thin_sound.ts";
import type { PlayedSound } from "./played_sound.ts";
import { THIN_RATE } from "./thin_sound.ts";

const inSamples = (ms: number): number => ms * THIN_RATE / 1000;

/** What is compared: a syllable, of which less is too much like any other. */
const COMPARED = inSamples(160);
/** The newest of it, in which a caller who speaks over the echo is found first. */
const NEWEST = inSamples(40);
/** The longest way there and back: 2 x 150 ms of network, jitter buffers, a room. */
const LONGEST_LAG = inSamples(600);
/** How far a lag that is known may move: a frame more or less on the way, and a person in the room. */
const LAG_REACH = inSamples(24);
/** What a fit takes of the sound before its lag. */
const REST = inSamples(4);
/** Lags this close are the same path. */
const SAME_LAG = inSamples(3);
/** Frames explained by one lag until it is believed. */
const BELIEVED = 3;
/**
 * How much an echo must explain, of a path that is known and of one that is not. Measured at 180 places
 * in prompts of one speaker: two different ones explain up to 0.55 of each other (95th percentile) when
 * all lags are tried; an echo at -15 dB through a room and mu-law explains 0.62 and more (5th
 * percentile), 0.92 in the middle.
 */
const EXPLAINED_KNOWN = 0.5;
const EXPLAINED_UNKNOWN = 0.62;
/** How much of the newest part it must explain: a voice over the echo is at least as loud as that. */
const EXPLAINED_NEWEST = 0.3;
/**
 * Once the path and its loss are known, what is less than this louder than the echo should be is the
 * echo, whatever a fit says of its last reverberations.
 */
const LOUDER_DB = 3;
/** For how many of the newest parts an echo dies away, by half its energy each: a room, and the codec. */
const TAIL_PARTS = 4;
/** The level of a frame that holds nothing, in dBov: a detector that lets go late marks such frames. */
const INAUDIBLE_DB = -54;
/** For how many frames an echo may be known by its loudness alone: a reverberation is shorter. */
const FAINT_FRAMES = 12;
/** How fast the loss is learnt: a quarter of a second of speech; and how far off one frame may be. */
const LEARNT_PER_FRAME = 0.08;
const LARGEST_ERROR_DB = 6;
/**
 * All lags are tried for this many frames that are not explained, where nothing is known, and then at
 * every so many: the search is what costs, and who speaks on is no echo.
 */
const SEARCHED_FIRST = 4;
const SEARCH_EVERY = 4;
/** Keeps a quotient of energies finite. */
const LEAST_ENERGY = 1;
/** Takes the tilt from a voice's spectrum, so that not only its pitch is compared. */
const EMPHASIS = 0.6;

// All judges share what they compute in: what one is asked is answered before the next is asked.
const recent = new Float32Array(COMPARED + LONGEST_LAG + 1);
const heardNow = new Float64Array(COMPARED);
const playedNow = new Float64Array(COMPARED + LONGEST_LAG);

/**
 * Compares what is heard with what was played.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { EchoJudge } from "./echo_judge.ts";
 * import { PlayedSound } from "@sofia/phone/turn";
 *
 * const played = new PlayedSound();
 * const judge = new EchoJudge(played);
 * judge.push({ sampleRate: 8000, samples: new Int16Array(160).fill(500), timestamp: 0 });
 * assert.equal(judge.isEcho(), false); // nothing was played
 * ```
 */
export class EchoJudge {
  readonly #played: PlayedSound;
  readonly #thin = new LazyThinSound((COMPARED + 1) * 1000 / THIN_RATE);
  readonly #heard = new Float32Array(COMPARED + 1);
  #isAudible = false;
  /** The way the echo takes, once it is believed: its lag, and dB heard over dB played. */
  #path?: { lag: number; gainDb: number };
  /** A lag that explained a frame and is not believed yet, and how many it did. */
  #rumour = { lag: 0, frames: 0 };
  #unexplained = 0;
  /** Frames since the path explained one, which were no louder than its echo. */
  #faint = 0;

  /** Hears nothing yet. */
  constructor(played: PlayedSound) {
    this.#played = played;
  }

  /** Whether the agent's echo has been found in this call, and how it comes back is known. */
  get isKnown(): boolean {
    return this.#path !== undefined;
  }

  /** Takes the next frame of the caller's, whether or not it has a voice. */
  push({ samples, sampleRate }: AudioFrame): void {
    this.#thin.push(samples, sampleRate);
    this.#isAudible = rmsLevel(samples) >= INAUDIBLE_DB;
  }

  /**
   * Whether what is in the frame that was taken last is explained by an echo, or too faint to be more.
   * Asked once a frame, whether or not it has a voice.
   */
  isEcho(): boolean {
    if (this.#played.isSilent) return false;
    // Before it is made thin, as on most frames nobody says anything.
    if (!this.#isAudible) return true;
    for (const piece of this.#thin.take()) {
      const thin = piece.subarray(-this.#heard.length);
      this.#heard.copyWithin(0, thin.length);
      this.#heard.set(thin, this.#heard.length - thin.length);
    }
    const heard = emphasised(this.#heard, heardNow);
    const path = this.#path;
    if (path !== undefined) {
      const played = this.#playedUpTo(path.lag + LAG_REACH + REST);
      const lag = nearLag(heard, played, path.lag);
      if (lag !== undefined) {
        const error = gainDb(heard, played, lag) - path.gainDb;
        const bounded = Math.min(LARGEST_ERROR_DB, Math.max(-LARGEST_ERROR_DB, error));
        this.#path = { lag, gainDb: path.gainDb + LEARNT_PER_FRAME * bounded };
        this.#unexplained = this.#faint = 0;
        return true;
      }
      if (isFaint(heard, played, path) && this.#faint++ < FAINT_FRAMES) return true;
    }
    const streak = this.#unexplained++;
    const isSearched = streak % SEARCH_EVERY === 0 || (streak < SEARCHED_FIRST && !path);
    return isSearched && this.#search(heard, this.#playedUpTo(LONGEST_LAG));
  }

  /** What was played until now, for all lags up to one. */
  #playedUpTo(lag: number): Float64Array {
    const length = COMPARED + Math.min(LONGEST_LAG, lag);
    return emphasised(this.#played.latest(length + 1, recent), playedNow);
  }

  /** Looks for the echo at all lags. */
  #search(heard: Float64Array, played: Float64Array): boolean {
    const lag = findEchoLag(heard, played, { from: 0, to: LONGEST_LAG });
    if (!isExplained(heard, played, { lag, least: EXPLAINED_UNKNOWN })) return false;
    const isSame = Math.abs(lag - this.#rumour.lag) <= SAME_LAG;
    const frames = isSame ? this.#rumour.frames + 1 : 1;
    this.#rumour = { lag, frames };
    if (frames >= BELIEVED) this.#path = { lag, gainDb: gainDb(heard, played, lag) };
    this.#unexplained = this.#faint = 0;
    return true;
  }
}

/** The lag at or near to `known` whose echo explains the sound. Most are where the last was. */
function nearLag(
  heard: Float64Array,
  played: Float64Array,
  known: number,
): number | undefined {
  if (isExplained(heard, played, { lag: known, least: EXPLAINED_KNOWN })) return known;
  const from = Math.max(0, known - LAG_REACH);
  const to = Math.min(LONGEST_LAG, known + LAG_REACH);
  const lag = findEchoLag(heard, played, { from, to });
  return isExplained(heard, played, { lag, least: EXPLAINED_KNOWN }) ? lag : undefined;
}

/** Whether an echo of this lag explains enough of the whole and of its newest part. */
function isExplained(
  heard: Float64Array,
  played: Float64Array,
  { lag, least }: { lag: number; least: number },
): boolean {
  const { explained, explainedOfNewest } = fitEcho(heard, played, { lag, newest: NEWEST });
  return explained >= least && explainedOfNewest >= EXPLAINED_NEWEST;
}

/** Whether the newest part is no louder than the echo of what was played then and just before. */
function isFaint(
  heard: Float64Array,
  played: Float64Array,
  { lag, gainDb }: { lag: number; gainDb: number },
): boolean {
  let echo = 0;
  for (let part = 0, share = 1; part < TAIL_PARTS; part++, share /= 2) {
    echo = Math.max(echo, share * energy(played, lag + part * NEWEST, NEWEST));
  }
  const limit = echo * fromDecibels(2 * (gainDb + LOUDER_DB));
  return energy(heard, 0, NEWEST) < limit;
}

function gainDb(heard: Float64Array, played: Float64Array, lag: number): number {
  const ratio = energy(heard, 0, COMPARED) / (energy(played, lag, COMPARED) + LEAST_ENERGY);
  return toDecibels(Math.sqrt(ratio));
}

/** The energy of `length` samples that end `lag` samples before the end. */
function energy(samples: Float64Array, lag: number, length: number): number {
  let sum = 0;
  const end = samples.length - lag;
  for (let i = Math.max(0, end - length); i < end; i++) sum += samples[i] * samples[i];
  return sum;
}

/** Fills the start of `into`, and gives that. */
function emphasised(samples: Float32Array, into: Float64Array): Float64Array {
  const result = into.subarray(0, samples.length - 1);
  for (let i = 0; i < result.length; i++) result[i] = samples[i + 1] - EMPHASIS * samples[i];
  return result;
}
