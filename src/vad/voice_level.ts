/** How loud a voice is, to tell its end from a detector that lets go late. */

import { rmsLevel } from "../audio/mod.ts";

/**
 * What is more than this softer than the voice was is none of it, in dB: the softest consonants are 30
 * below the vowels.
 */
const SOFTEST_DB = 35;
/** How fast a voice is forgotten that was louder, in dB a second: who turns away is still heard. */
const FORGOTTEN_DB = 10;

/**
 * Finds frames in which a voice has ended though its detector still sees one: those that are nearly
 * silent, beside what the voice was. A neural network remembers a voice for some 90 ms; where there is
 * a noise, which is louder than that, its word counts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VoiceLevel } from "./voice_level.ts";
 *
 * const level = new VoiceLevel();
 * assert.equal(level.isHeard(new Int16Array(160).fill(4000), 20), true);
 * assert.equal(level.isHeard(new Int16Array(160).fill(20), 20), false);
 * ```
 */
export class VoiceLevel {
  #loudestDb = -Infinity;

  /** Whether a frame of `ms` milliseconds that is said to hold a voice is loud enough for this one. */
  isHeard(samples: Int16Array, ms: number): boolean {
    const levelDb = rmsLevel(samples);
    this.#loudestDb = Math.max(levelDb, this.#loudestDb - FORGOTTEN_DB * ms / 1000);
    return levelDb >= this.#loudestDb - SOFTEST_DB;
  }

  /** The voice is over. */
  reset(): void {
    this.#loudestDb = -Infinity;
  }
}
