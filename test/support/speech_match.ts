/** Whether speech came through, as an ear would judge it: piece by piece. */
import { findLag, matchSound, product } from "./sound_match.ts";

/** How speech compares with what was said. */
export interface SpeechMatch {
  /** Normalised cross-correlation of all pieces together, each where it fits best. */
  readonly correlation: number;
  /** How much louder it is than what was said, in dB. */
  readonly levelDb: number;
  /** How often a piece came later or earlier than the one before it. */
  readonly slips: number;
  /** How much of the speech has a counterpart, 0 to 1. */
  readonly covered: number;
}

/** A fifth of a second at 8,000 Hz: a syllable. */
const PIECE = 1600;

/** A piece may be this many samples, 200 ms, away from where the whole fits best. */
const REACH = 1600;

/** A piece with less than this root mean square is a pause, whose place cannot be told. */
const PAUSE = 300;

/**
 * Compares speech of 8,000 Hz in pieces of a fifth of a second.
 *
 * A phone that had to send a frame of silence because the machine was busy says the rest 20 ms later.
 * The ear hardly hears that, while the correlation of the whole falls to nothing; so it counts as a slip.
 */
export function matchSpeech(said: Int16Array, heard: Int16Array): SpeechMatch {
  const whole = matchSound(said, heard);
  const x = Float32Array.from(said);
  const y = new Float32Array(heard.length + 2 * REACH);
  y.set(heard, REACH);
  let [shared, ofSaid, ofHeard, slips] = [0, 0, 0, 0];
  let before: number | undefined;
  for (let from = 0; from + PIECE <= x.length; from += PIECE) {
    const piece = x.subarray(from, from + PIECE);
    const power = product(piece, piece, 0, 0, PIECE);
    if (power < PAUSE * PAUSE * PIECE) continue;
    const place = from + whole.lag;
    // A piece that is not all there is judged by `covered`.
    if (place < 0 || place + PIECE > heard.length) continue;
    const around = y.subarray(place, place + PIECE + 2 * REACH);
    const lag = findLag(piece, around, 0, 2 * REACH);
    shared += product(piece, around, lag, 0, PIECE);
    ofSaid += power;
    ofHeard += product(around, around, 0, lag, lag + PIECE);
    if (before !== undefined && before !== lag) slips++;
    before = lag;
  }
  return {
    correlation: shared / Math.sqrt(ofSaid * ofHeard || 1),
    levelDb: 10 * Math.log10((ofHeard || 1e-9) / (ofSaid || 1e-9)),
    slips,
    covered: whole.covered,
  };
}
