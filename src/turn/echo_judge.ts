/** Whether a voice on the line is the agent's own, come back from a loudspeaker. */

import type { AudioFrame } from "../audio/mod.ts";
import { findEchoLag, fitEcho } from "./echo_fit.ts";
import type { PlayedSound } from "./played_sound.ts";
import { THIN_RATE, ThinSound } from "./thin_sound.ts";

const inSamples = (ms: number): number => ms * THIN_RATE / 1000;

/** What is compared: a syllable, of which less is too much like any other. */
const COMPARED = inSamples(160);
/** The newest of it, in which a caller who speaks over the echo is found first. */
const NEWEST = inSamples(40);
/** The longest way there and back: 2 x 150 ms of network, jitter buffers, a room. */
const LONGEST_LAG = inSamples(600);
/** How far a lag that is known may move: a frame more or less on the way, and a person in the room. */
const LAG_REACH = inSamples(24);
/** Lags this close are the same path. */
const SAME_LAG = inSamples(3);
/** Frames explained by one lag until it is believed. */
const BELIEVED = 3;
/**
 * How much an echo must explain, of a path that is known and of one that is not. Measured with 600
 * pairs of prompts of one speaker: two different ones explain up to 0.55 of each other (95th
 * percentile) when all lags are tried; an echo at -15 dB through a room and mu-law explains 0.62 and
 * more (5th percentile), 0.92 in the middle.
 */
const EXPLAINED_KNOWN = 0.5;
const EXPLAINED_UNKNOWN = 0.62;
/** How much of the newest part it must explain: a voice over the echo is at least as loud as that. */
const EXPLAINED_NEWEST = 0.3;
/**
 * Once the path and its loss are known, what is less than this louder than the echo should be, as a
 * ratio of energies (3 dB), is the echo, whatever a fit says of its last reverberations.
 */
const LOUDER = 2;
/** How fast the loss is learnt: a quarter of a second of speech. */
const LEARNT_PER_FRAME = 0.08;
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

/**
 * Compares what is heard with what was played.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { EchoJudge, PlayedSound } from "@sofia/phone/turn";
 *
 * const played = new PlayedSound();
 * const judge = new EchoJudge(played);
 * judge.push({ sampleRate: 8000, samples: new Int16Array(160).fill(500), timestamp: 0 });
 * assert.equal(judge.isEcho(), false); // nothing was played
 * ```
 */
export class EchoJudge {
  readonly #played: PlayedSound;
  readonly #thin = new ThinSound();
  readonly #heard = new Float32Array(COMPARED + 1);
  /** The lag that explained a frame last, and how many frames in a row. */
  #lag = 0;
  #trust = 0;
  /** Energy heard over energy played, on the way that is known. */
  #gain = 0;
  #unexplained = 0;

  /** Hears nothing yet. */
  constructor(played: PlayedSound) {
    this.#played = played;
  }

  /** Whether the agent's echo has been found in this call, and how it comes back is known. */
  get isKnown(): boolean {
    return this.#trust >= BELIEVED;
  }

  /** Takes the next frame of the caller's, whether or not it has a voice. */
  push({ samples, sampleRate }: AudioFrame): void {
    const thin = this.#thin.push(samples, sampleRate).subarray(-this.#heard.length);
    this.#heard.copyWithin(0, thin.length);
    this.#heard.set(thin, this.#heard.length - thin.length);
  }

  /** Whether the voice in the frame that was taken last is explained by an echo. Asked once a frame. */
  isEcho(): boolean {
    if (this.#played.isSilent) return false;
    const heard = emphasised(this.#heard);
    const played = emphasised(this.#played.latest(COMPARED + LONGEST_LAG + 1));
    if (this.isKnown) {
      const from = Math.max(0, this.#lag - LAG_REACH);
      const to = Math.min(LONGEST_LAG, this.#lag + LAG_REACH);
      if (this.#isExplained(heard, played, { from, to, least: EXPLAINED_KNOWN })) return true;
      if (this.#isFaint(heard, played)) return true;
    }
    const streak = this.#unexplained++;
    const isSearched = streak % SEARCH_EVERY === 0 ||
      (streak < SEARCHED_FIRST && !this.isKnown);
    const everywhere = { from: 0, to: LONGEST_LAG, least: EXPLAINED_UNKNOWN };
    return isSearched && this.#isExplained(heard, played, everywhere);
  }

  #isExplained(
    heard: Float32Array,
    played: Float32Array,
    { from, to, least }: { from: number; to: number; least: number },
  ): boolean {
    const lag = findEchoLag(heard, played, { from, to });
    const fit = fitEcho(heard, played, { lag, newest: NEWEST });
    if (fit.explained < least || fit.explainedOfNewest < EXPLAINED_NEWEST) return false;
    const isSame = Math.abs(lag - this.#lag) <= SAME_LAG;
    this.#trust = isSame ? Math.min(this.#trust + 1, BELIEVED) : this.isKnown ? BELIEVED : 1;
    this.#lag = lag;
    this.#unexplained = 0;
    const gain = energy(heard, 0, heard.length) /
      (energy(played, lag, heard.length) + LEAST_ENERGY);
    this.#gain = !isSame ? gain : this.#gain + LEARNT_PER_FRAME * (gain - this.#gain);
    return true;
  }

  /** Whether the newest part is no louder than the echo of what was played then, or just before. */
  #isFaint(heard: Float32Array, played: Float32Array): boolean {
    const now = energy(played, this.#lag, NEWEST);
    const before = energy(played, this.#lag + NEWEST, NEWEST) / 2;
    return energy(heard, 0, NEWEST) < LOUDER * this.#gain * Math.max(now, before);
  }
}

/** The energy of `length` samples that end `lag` samples before the end. */
function energy(samples: Float32Array, lag: number, length: number): number {
  let sum = 0;
  const end = samples.length - lag;
  for (let i = Math.max(0, end - length); i < end; i++) sum += samples[i] * samples[i];
  return sum;
}

function emphasised(samples: Float32Array): Float32Array {
  const result = new Float32Array(samples.length - 1);
  for (let i = 0; i < result.length; i++) result[i] = samples[i + 1] - EMPHASIS * samples[i];
  return result;
}
