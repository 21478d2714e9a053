/** How much of a sound is an echo of another: the search for its delay and the fit of its path. */

import { crossCorrelate, slide } from "./cross_correlation.ts";

/** What {@link fitEcho} found. */
export interface EchoFit {
  /** How much of the sound's energy the echo explains, 0 to 1. */
  readonly explained: number;
  /** The same of its newest part alone; below 0 where the echo explains nothing of it. */
  readonly explainedOfNewest: number;
}

/** Taps of the path: 4 ms of direct sound and first reflections. More fit what is no echo, too. */
const TAPS = 16;
/** Taps before the lag that fits best, which is that of the strongest reflection. */
const TAPS_BEFORE = 4;
/** A thousandth of the energy, and this much noise per sample, keep a hum from deciding. */
const LOADING = 1.001;
const LEAST_POWER = 4;

/** More lags than this are tried all at once, by their spectra. */
const MANY_LAGS = 400;

/** Room for numbers, used again and again: one comparison is over before the next begins. */
class Scratch {
  #numbers = new Float64Array(0);

  /** Room for so many, with whatever is in it. */
  take(length: number): Float64Array {
    if (length > this.#numbers.length) this.#numbers = new Float64Array(length);
    return this.#numbers.subarray(0, length);
  }
}

const products = new Scratch();
const own = new Float64Array(TAPS);
const cross = new Float64Array(TAPS);
const path = new Float64Array(TAPS);
const predictor = new Float64Array(TAPS);

/**
 * The lag in samples, `from` to `to`, at which the end of `played` is most like `heard`.
 *
 * Likeness is the cross-correlation, of either sign, over the root of the played sound's energy.
 *
 * @param played ends when `heard` ends, and is `to` samples longer at least
 */
export function findEchoLag(
  heard: Float64Array,
  played: Float64Array,
  { from, to }: { from: number; to: number },
): number {
  const length = heard.length;
  const last = played.length - length;
  // From the last lag, which lies first, to the first one.
  const within = played.subarray(last - to, last - from + length);
  const count = to - from + 1;
  const sums = products.take(Math.max(4, count));
  if (count > MANY_LAGS) crossCorrelate(heard, within, sums);
  else slide(heard, within, sums);
  let energy = 0;
  for (let i = 0; i < length; i++) energy += played[last - from + i] ** 2;
  let best = -1;
  let lagOfBest = from;
  for (let lag = from; lag <= to; lag++) {
    const start = last - lag;
    const likeness = sums[to - lag] ** 2 / Math.max(energy, LEAST_POWER * length);
    if (likeness > best) {
      best = likeness;
      lagOfBest = lag;
    }
    if (start > 0) energy += played[start - 1] ** 2 - played[start + length - 1] ** 2;
  }
  return lagOfBest;
}

/**
 * Fits a path of 4 ms, by least squares, through which `played` would be heard as `heard`.
 *
 * The normal equations are taken for Toeplitz and solved by Levinson's recursion.
 *
 * @param lag as {@link findEchoLag} gives it
 * @param newest how many samples are the newest part
 */
export function fitEcho(
  heard: Float64Array,
  played: Float64Array,
  { lag, newest }: { lag: number; newest: number },
): EchoFit {
  const length = heard.length;
  const first = Math.max(TAPS - 1, played.length - length - Math.max(0, lag - TAPS_BEFORE));
  // All that the taps reach, whose products come last tap first.
  const reached = played.subarray(first - TAPS + 1, first + length);
  slide(played.subarray(first, first + length), reached, own);
  slide(heard, reached, cross);
  own.reverse();
  cross.reverse();
  own[0] = own[0] * LOADING + LEAST_POWER * length;
  solveToeplitz(own, cross, path);
  const echo = products.take(length);
  slide(path.reverse(), reached, echo);
  const whole = { heard: 0, left: 0 };
  const part = { heard: 0, left: 0 };
  for (let i = 0; i < length; i++) {
    const sums = i < length - newest ? whole : part;
    sums.heard += heard[i] * heard[i];
    sums.left += (heard[i] - echo[i]) ** 2;
  }
  const allHeard = whole.heard + part.heard;
  const explained = allHeard > 0 ? 1 - (whole.left + part.left) / allHeard : 0;
  const explainedOfNewest = part.heard > 0 ? 1 - part.left / part.heard : 0;
  return { explained: Math.max(0, explained), explainedOfNewest };
}

/** Fills in the x of T x = y, where T is symmetric and Toeplitz with this first row (N. Levinson, 1947). */
function solveToeplitz(row: Float64Array, y: Float64Array, x: Float64Array): void {
  predictor[0] = 1;
  x[0] = y[0] / row[0];
  let error = row[0];
  for (let order = 1; order < TAPS; order++) {
    let ahead = 0;
    let known = 0;
    for (let i = 0; i < order; i++) {
      ahead += predictor[i] * row[order - i];
      known += x[i] * row[order - i];
    }
    const reflection = -ahead / error;
    predictor[order] = reflection;
    for (let i = 1, j = order - 1; i <= j; i++, j--) {
      const [front, back] = [predictor[i], predictor[j]];
      predictor[i] = front + reflection * back;
      predictor[j] = back + reflection * front;
    }
    error *= 1 - reflection * reflection;
    const gain = (y[order] - known) / error;
    x[order] = gain;
    for (let i = 0; i < order; i++) x[i] += gain * predictor[order - i];
  }
}
