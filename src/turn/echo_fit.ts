/** How much of a sound is an echo of another: the search for its delay and the fit of its path. */

import { crossCorrelate } from "./cross_correlation.ts";

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

/**
 * The lag in samples, `from` to `to`, at which the end of `played` is most like `heard`.
 *
 * Likeness is the cross-correlation, of either sign, over the root of the played sound's energy.
 *
 * @param played ends when `heard` ends, and is `to` samples longer at least
 */
export function findEchoLag(
  heard: Float32Array,
  played: Float32Array,
  { from, to }: { from: number; to: number },
): number {
  const length = heard.length;
  const last = played.length - length;
  const all = to - from > MANY_LAGS ? crossCorrelate(heard, played) : undefined;
  let energy = 0;
  for (let i = 0; i < length; i++) energy += played[last - from + i] ** 2;
  let best = -1;
  let lagOfBest = from;
  for (let lag = from; lag <= to; lag++) {
    const start = last - lag;
    const sum = all === undefined ? productAt(heard, played, start) : all[start];
    const likeness = sum * sum / Math.max(energy, LEAST_POWER * length);
    if (likeness > best) {
      best = likeness;
      lagOfBest = lag;
    }
    if (start > 0) energy += played[start - 1] ** 2 - played[start + length - 1] ** 2;
  }
  return lagOfBest;
}

function productAt(short: Float32Array, long: Float32Array, start: number): number {
  let sum = 0;
  for (let i = 0; i < short.length; i++) sum += short[i] * long[start + i];
  return sum;
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
  heard: Float32Array,
  played: Float32Array,
  { lag, newest }: { lag: number; newest: number },
): EchoFit {
  const length = heard.length;
  const first = Math.max(TAPS - 1, played.length - length - Math.max(0, lag - TAPS_BEFORE));
  const own = new Float64Array(TAPS);
  const cross = new Float64Array(TAPS);
  for (let tap = 0; tap < TAPS; tap++) {
    for (let i = 0; i < length; i++) {
      own[tap] += played[first + i] * played[first + i - tap];
      cross[tap] += heard[i] * played[first + i - tap];
    }
  }
  own[0] = own[0] * LOADING + LEAST_POWER * length;
  const path = solveToeplitz(own, cross);
  const whole = { heard: 0, left: 0 };
  const part = { heard: 0, left: 0 };
  for (let i = 0; i < length; i++) {
    let left = heard[i];
    for (let tap = 0; tap < TAPS; tap++) left -= path[tap] * played[first + i - tap];
    const sums = i < length - newest ? whole : part;
    sums.heard += heard[i] * heard[i];
    sums.left += left * left;
  }
  const allHeard = whole.heard + part.heard;
  const explained = allHeard > 0 ? 1 - (whole.left + part.left) / allHeard : 0;
  const explainedOfNewest = part.heard > 0 ? 1 - part.left / part.heard : 0;
  return { explained: Math.max(0, explained), explainedOfNewest };
}

/** The x of T x = y, where T is symmetric and Toeplitz with this first row (N. Levinson, 1947). */
function solveToeplitz(row: Float64Array, y: Float64Array): Float64Array {
  const size = row.length;
  const x = new Float64Array(size);
  let predictor = new Float64Array(size);
  predictor[0] = 1;
  x[0] = y[0] / row[0];
  let error = row[0];
  for (let order = 1; order < size; order++) {
    let ahead = 0;
    for (let i = 0; i < order; i++) ahead += predictor[i] * row[order - i];
    const reflection = -ahead / error;
    const longer = predictor.slice();
    for (let i = 1; i <= order; i++) longer[i] += reflection * predictor[order - i];
    predictor = longer;
    error *= 1 - reflection * reflection;
    let known = 0;
    for (let i = 0; i < order; i++) known += x[i] * row[order - i];
    const gain = (y[order] - known) / error;
    for (let i = 0; i <= order; i++) x[i] += gain * predictor[order - i];
  }
  return x;
}
