/** Whether one sound is the other, later. */

/** How a sound compares with the one it should be. */
export interface SoundMatch {
  /** Samples by which it is later. */
  readonly lag: number;
  /** Normalised cross-correlation at that lag: 1 is the same shape, 0 is unrelated. */
  readonly correlation: number;
  /** How much louder it is where both are, in dB. */
  readonly levelDb: number;
  /** How much of the wanted sound has a counterpart, 0 to 1. */
  readonly covered: number;
}

/** Samples that are added into one for the first look. */
const COARSE = 8;

/**
 * Finds the wanted sound in what was heard and compares the two over their whole overlap.
 *
 * Both have the same sample rate. The lag may be negative: heard may begin in the middle.
 */
export function matchSound(wanted: Int16Array, heard: Int16Array): SoundMatch {
  const [x, y] = [Float32Array.from(wanted), Float32Array.from(heard)];
  const lag = findLag(x, y, 1 - x.length, y.length);
  const from = Math.max(0, -lag);
  const to = Math.max(from, Math.min(x.length, y.length - lag));
  const ofWanted = product(x, x, 0, from, to);
  const ofHeard = product(y, y, 0, from + lag, to + lag);
  return {
    lag,
    correlation: product(x, y, lag, from, to) / Math.sqrt(ofWanted * ofHeard || 1),
    levelDb: 10 * Math.log10((ofHeard || 1e-9) / (ofWanted || 1e-9)),
    covered: (to - from) / x.length,
  };
}

/** The lag, of those from `from` up to but not including `to`, at which two sounds are most alike. */
export function findLag(x: Float32Array, y: Float32Array, from: number, to: number): number {
  const rough = bestLag(thin(x), thin(y), Math.ceil(from / COARSE), Math.floor(to / COARSE));
  // Speech that is thinned keeps little above 500 Hz, so its best lag may be off by a few of its steps.
  const first = Math.max(from, (rough - 3) * COARSE);
  return bestLag(x, y, first, Math.min(to, (rough + 3) * COARSE));
}

function thin(sound: Float32Array): Float32Array {
  const out = new Float32Array(Math.floor(sound.length / COARSE));
  for (let index = 0; index < out.length * COARSE; index++) {
    out[Math.floor(index / COARSE)] += sound[index];
  }
  return out;
}

/**
 * Judged by the product over the root of the power of what was heard there, so that loud neighbours do
 * not win; where that is little, as in a short overlap, by half of what would be usual.
 */
function bestLag(x: Float32Array, y: Float32Array, from: number, to: number): number {
  let best = from;
  let most = -Infinity;
  // The power of what is heard at a lag is the difference of two sums from the beginning.
  const power = new Float64Array(y.length + 1);
  for (let index = 0; index < y.length; index++) power[index + 1] = power[index] + y[index] ** 2;
  const half = power[y.length] / y.length * x.length / 2;
  for (let lag = from; lag < to; lag++) {
    const [first, last] = [Math.max(0, -lag), Math.min(x.length, y.length - lag)];
    const here = power[last + lag] - power[first + lag];
    const likeness = product(x, y, lag, first, last) / Math.sqrt(Math.max(here, half, 1));
    if (likeness > most) [most, best] = [likeness, lag];
  }
  return best;
}

/** The sum of x[i] * y[i + lag] for i from `from` up to but not including `to`. */
export function product(
  x: Float32Array,
  y: Float32Array,
  lag: number,
  from: number,
  to: number,
): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += x[index] * y[index + lag];
  return sum;
}
