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
const COARSE = 4;

/**
 * Finds the wanted sound in what was heard and compares the two over their whole overlap.
 *
 * Both have the same sample rate. The lag may be negative: heard may begin in the middle.
 */
export function matchSound(wanted: Int16Array, heard: Int16Array): SoundMatch {
  const rough = bestLag(thin(wanted, COARSE), thin(heard, COARSE), -Infinity, Infinity) * COARSE;
  const [x, y] = [thin(wanted, 1), thin(heard, 1)];
  const lag = bestLag(x, y, rough - 4 * COARSE, rough + 4 * COARSE);
  const from = Math.max(0, -lag);
  const to = Math.max(from, Math.min(x.length, y.length - lag));
  const [ofWanted, ofHeard] = [power(x, from, to), power(y, from + lag, to + lag)];
  return {
    lag,
    correlation: product(x, y, lag, from, to) / Math.sqrt(ofWanted * ofHeard || 1),
    levelDb: 10 * Math.log10((ofHeard || 1e-9) / (ofWanted || 1e-9)),
    covered: (to - from) / x.length,
  };
}

/** Every `step` samples as their sum. One type of array throughout keeps the loops below fast. */
function thin(sound: Int16Array, step: number): Float32Array {
  const out = new Float32Array(Math.floor(sound.length / step));
  for (let index = 0; index < out.length * step; index++) {
    out[Math.floor(index / step)] += sound[index];
  }
  return out;
}

/** The lag of most similarity. A product that is not normalised, so that short overlaps do not win. */
function bestLag(x: Float32Array, y: Float32Array, from: number, to: number): number {
  let best = 0;
  let most = -Infinity;
  const end = Math.min(y.length, to);
  for (let lag = Math.max(1 - x.length, from); lag < end; lag++) {
    const here = product(x, y, lag, Math.max(0, -lag), Math.min(x.length, y.length - lag));
    if (here > most) [most, best] = [here, lag];
  }
  return best;
}

function product(x: Float32Array, y: Float32Array, lag: number, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += x[index] * y[index + lag];
  return sum;
}

function power(x: Float32Array, from: number, to: number): number {
  return product(x, x, 0, from, to);
}
