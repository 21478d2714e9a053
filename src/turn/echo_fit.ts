/** How much of a sound is an echo of another: the search for its delay and the fit of its path. */

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

/**
 * The lag in samples, `from` to `to`, at which the end of `played` is most like `heard`.
 *
 * Likeness is the cross-correlation, of either sign, over the root of the played sound's energy. The
 * products are summed over every second sample, and around the best lag over all.
 *
 * @param played ends when `heard` ends, and is `to` samples longer at least
 */
export function findEchoLag(
  heard: Float32Array,
  played: Float32Array,
  { from, to }: { from: number; to: number },
): number {
  const coarse = bestLag(heard, played, from, to, 2);
  return bestLag(heard, played, Math.max(from, coarse - 2), Math.min(to, coarse + 2), 1);
}

function bestLag(
  heard: Float32Array,
  played: Float32Array,
  from: number,
  to: number,
  stride: number,
): number {
  const length = heard.length;
  let start = played.length - length - from;
  let energy = 0;
  for (let i = 0; i < length; i++) energy += played[start + i] ** 2;
  let best = -1;
  let lagOfBest = from;
  for (let lag = from; lag <= to; lag++, start--) {
    let sum = 0;
    for (let i = 0; i < length; i += stride) sum += heard[i] * played[start + i];
    const likeness = sum * sum / Math.max(energy, LEAST_POWER * length);
    if (likeness > best) {
      best = likeness;
      lagOfBest = lag;
    }
    energy += (start > 0 ? played[start - 1] ** 2 : 0) - played[start + length - 1] ** 2;
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
