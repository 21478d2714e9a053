/** Whether a caller hears itself, when the way there may put in or leave out a packet now and then. */
import type { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { matchSound } from "../../support/sound_match.ts";
import { wait } from "../../support/wait.ts";

/** Samples of a piece: a quarter of a second at 8,000 Hz. */
const PIECE = 2000;
/** How far, in samples, a piece may be from where the whole of the sound was found. */
const SLACK = 2400;

/** How much of what was said was heard, and how. */
export interface Likeness {
  /** The part of the pieces with speech in them that have the shape they should have, 0 to 1. */
  readonly alike: number;
  /** How much louder the alike ones are than they should be, in dB: the median. */
  readonly levelDb: number;
}

/**
 * Compares a quarter of a second at a time.
 *
 * FreeSWITCH reads packets on a clock of its own and the phone takes back what waits too long, so that
 * on a busy machine some 20 ms are left out or put in, and as a whole the sound is unlike itself from
 * there on. That nothing is, on a call without FreeSWITCH, is tested with such calls.
 *
 * @param least the correlation from which on a piece is like what was said
 */
export function likeness(said: Int16Array, heard: Int16Array, least = 0.95): Likeness {
  const { lag } = matchSound(said, heard);
  let pieces = 0;
  const levels: number[] = [];
  for (let start = 0; start + PIECE <= said.length; start += PIECE) {
    const piece = said.subarray(start, start + PIECE);
    if (!piece.some((sample) => Math.abs(sample) > 2000)) continue;
    pieces++;
    const best = bestNear(piece, heard, start + lag);
    if (best.correlation >= least) levels.push(best.levelDb);
  }
  levels.sort((a, b) => a - b);
  return { alike: levels.length / pieces, levelDb: levels[levels.length >> 1] ?? NaN };
}

/** Tries of {@link hearsItself}, and what is good enough to need no other. */
const TRIES = 4;
const GOOD = 0.75;
/** How late, in ms, the caller's own packets may leave on a machine that can be judged by. */
const CALM_MS = 5;

/** What came of several tries. */
export interface Hearing extends Likeness {
  /** What {@link Likeness.alike} must be above: less where the caller itself could not keep time. */
  readonly least: number;
}

/**
 * Speaks to whoever gives the sound back and compares, again if too much of it was not alike.
 *
 * FreeSWITCH leaves packets out when the machine is busy, also in an echo of its own, so the try that
 * goes best is the proof. A quarter of the pieces at their place, in shape and level, is no accident
 * even where there was no peace for more.
 *
 * @param like the correlation from which on a piece is like what was said
 */
export async function hearsItself(
  caller: IndependentCaller,
  said: Int16Array,
  like?: number,
): Promise<Hearing> {
  let best: Likeness = { alike: 0, levelDb: NaN };
  let isCalm = false;
  for (let tries = 0; tries < TRIES && best.alike < GOOD; tries++) {
    caller.heard.clear();
    let latest = 0;
    let start: number | undefined;
    await caller.voice.say(said, (index) => {
      start ??= performance.now();
      latest = Math.max(latest, performance.now() - start - 20 * index);
      return "arrives";
    });
    await wait(400);
    isCalm ||= latest < CALM_MS;
    const now = likeness(said, caller.heard.sound(), like);
    if (now.alike > best.alike) best = now;
  }
  return { ...best, least: isCalm ? 0.6 : 0.25 };
}

interface Place {
  readonly correlation: number;
  readonly levelDb: number;
}

/** The place of most correlation, where the whole piece is heard. */
function bestNear(piece: Int16Array, heard: Int16Array, around: number): Place {
  let best: Place = { correlation: 0, levelDb: 0 };
  const last = Math.min(heard.length - piece.length, around + SLACK);
  for (let from = Math.max(0, around - SLACK); from <= last; from++) {
    let [product, ofPiece, ofHeard] = [0, 0, 1e-9];
    for (let index = 0; index < piece.length; index += 4) {
      const [x, y] = [piece[index], heard[from + index]];
      product += x * y;
      ofPiece += x * x;
      ofHeard += y * y;
    }
    const correlation = product / Math.sqrt(ofPiece * ofHeard);
    if (correlation > best.correlation) {
      best = { correlation, levelDb: 10 * Math.log10(ofHeard / ofPiece) };
    }
  }
  return best;
}
