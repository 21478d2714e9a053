import { fromDecibels, saturate } from "../audio/mod.ts";
import type { Random } from "../clock/mod.ts";
import type { ComfortNoise } from "../rtp/mod.ts";

const FULL_SCALE = 32768;
/** Higher coefficients add nothing to a noise behind a voice, and a packet may have hundreds. */
const MOST_COEFFICIENTS = 16;
/** The format's largest coefficient; at 1, which the reserved code would be, a filter never rests. */
const LARGEST_COEFFICIENT = 258 * 127 / 32768;

/**
 * Makes noise of the level and spectrum of a comfort noise packet (RFC 3389 section 4).
 *
 * White noise goes through the all-pole lattice of the packet's reflection coefficients, the first
 * of which is minus the correlation of neighbouring samples.
 *
 * @example
 * ```ts
 * import { rmsLevel } from "@sofia/phone/audio";
 * import { SeededRandom } from "@sofia/phone/clock";
 * import { NoiseGenerator } from "@sofia/phone/jitter";
 * import assert from "node:assert/strict";
 *
 * const generator = new NoiseGenerator(new SeededRandom(1));
 * const samples = generator.make(8000, { level: -50, reflection: [-0.6] });
 * assert(Math.abs(rmsLevel(samples) + 50) < 0.5);
 * ```
 */
export class NoiseGenerator {
  readonly #random: Random;
  #noise: ComfortNoise | undefined;
  #gain = 0;
  #reflection: Float64Array = new Float64Array(0);
  /** What the lattice remembers: its backward prediction errors. */
  #backward: Float64Array = new Float64Array(0);

  /** Draws one number per sample from `random`. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** Makes `count` samples that follow on from those before, also where the noise is another. */
  make(count: number, noise: ComfortNoise): Int16Array {
    if (noise !== this.#noise) this.#setNoise(noise);
    const samples = new Int16Array(count);
    for (let i = 0; i < count; i++) {
      samples[i] = saturate(this.#filter(this.#gain * this.#white()));
    }
    return samples;
  }

  #setNoise(noise: ComfortNoise): void {
    this.#noise = noise;
    this.#reflection = Float64Array.from(noise.reflection.slice(0, MOST_COEFFICIENTS), (k) => {
      return Math.max(-LARGEST_COEFFICIENT, Math.min(LARGEST_COEFFICIENT, k));
    });
    const backward = new Float64Array(this.#reflection.length);
    backward.set(this.#backward.subarray(0, backward.length));
    this.#backward = backward;
    // A stage with coefficient k multiplies the power by 1 / (1 - k^2).
    const power = this.#reflection.reduce((left, k) => left * (1 - k * k), 1);
    this.#gain = FULL_SCALE * fromDecibels(noise.level) * Math.sqrt(power);
  }

  /** A number of mean 0 and variance 1: the sum of two even ones, each of variance 1/12. */
  #white(): number {
    const bits = this.#random.uint32();
    return ((bits >>> 16) + (bits & 0xffff) - 0xffff) / 0x10000 * Math.sqrt(6);
  }

  #filter(excitation: number): number {
    const reflection = this.#reflection;
    const backward = this.#backward;
    let forward = excitation;
    for (let i = reflection.length - 1; i >= 0; i--) {
      forward -= reflection[i] * backward[i];
      if (i + 1 < backward.length) backward[i + 1] = backward[i] + reflection[i] * forward;
    }
    if (backward.length > 0) backward[0] = forward;
    return forward;
  }
}
