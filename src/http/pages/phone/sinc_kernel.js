// @ts-check
/** Sound between its samples. */

/** Zero crossings on each side: with this window all above the cut is 80 dB down. */
const CROSSINGS = 24;
/** Kaiser's shape for a stop band of 80 dB. */
const BETA = 7.86;
/** Entries of the table for each sample; what is between two is on a line, 100 dB below the sound. */
const PHASES = 512;

/**
 * A windowed sinc, which gives the value of a sound at any place between its samples.
 *
 * J. O. Smith, "Digital Audio Resampling Home Page", https://ccrma.stanford.edu/~jos/resample/
 */
export class SincKernel {
  /** Samples it needs on each side of a place. */
  reach;
  /** @type {Float32Array} One side of it; the other is its mirror image. */
  #table;

  /** @param {number} cutoff What passes, as a part of half the sample rate: 0 to 1. */
  constructor(cutoff) {
    this.reach = Math.ceil(CROSSINGS / cutoff);
    this.#table = new Float32Array((this.reach + 1) * PHASES + 2);
    for (let index = 0; index < this.reach * PHASES; index++) {
      const distance = index / PHASES;
      const angle = Math.PI * cutoff * distance;
      const sinc = index === 0 ? 1 : Math.sin(angle) / angle;
      const inside = 1 - (distance / this.reach) ** 2;
      this.#table[index] = cutoff * sinc * bessel(BETA * Math.sqrt(inside)) / bessel(BETA);
    }
  }

  /**
   * The sound at a place, which has `reach` samples before and after it.
   *
   * @param {Float32Array} samples
   * @param {number} place in samples, with a fraction
   */
  at(samples, place) {
    const whole = Math.floor(place);
    const part = place - whole;
    return this.#side(samples, whole, -1, part) + this.#side(samples, whole + 1, 1, 1 - part);
  }

  /**
   * @param {Float32Array} samples
   * @param {number} from
   * @param {number} step
   * @param {number} distance
   */
  #side(samples, from, step, distance) {
    const table = this.#table;
    const first = distance * PHASES;
    let entry = Math.floor(first);
    const between = first - entry;
    let sum = 0;
    for (let count = 0, index = from; count < this.reach; count++, index += step) {
      const value = table[entry];
      sum += samples[index] * (value + between * (table[entry + 1] - value));
      entry += PHASES;
    }
    return sum;
  }
}

/**
 * The modified Bessel function of order zero, by its series.
 *
 * @param {number} x
 */
function bessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-9 * sum; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}
