import { fromDecibels } from "../audio/mod.ts";
import type { Random } from "../clock/mod.ts";
import type { NoiseShape } from "./comfort_noise_payload.ts";

const FULL_SCALE = 32768;

/**
 * Makes noise of a given level and spectrum (RFC 3389): white noise through an all-pole lattice.
 *
 * @example
 * ```ts
 * import { rmsLevel } from "@sofia/phone/audio";
 * import { SeededRandom } from "@sofia/phone/clock";
 * import { ComfortNoise, parseComfortNoise } from "@sofia/phone/jitter";
 * import assert from "node:assert/strict";
 *
 * const shape = parseComfortNoise(Uint8Array.of(50, 60));
 * const samples = new ComfortNoise(new SeededRandom(1)).make(8000, shape!);
 * assert(Math.abs(rmsLevel(samples) + 50) < 0.5);
 * ```
 */
export class ComfortNoise {
  readonly #random: Random;
  #shape: NoiseShape | undefined;
  #gain = 0;
  #reflection: Float64Array = new Float64Array(0);
  /** What the lattice remembers: its backward prediction errors. */
  #backward: Float64Array = new Float64Array(0);

  /** Draws one number per sample from `random`. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** Makes `count` samples that follow on from those before, also where the shape is another. */
  make(count: number, shape: NoiseShape): Int16Array {
    if (shape !== this.#shape) this.#setShape(shape);
    const samples = new Int16Array(count);
    for (let i = 0; i < count; i++) {
      const value = Math.round(this.#filter(this.#gain * this.#white()));
      samples[i] = Math.max(-32768, Math.min(32767, value));
    }
    return samples;
  }

  #setShape(shape: NoiseShape): void {
    this.#shape = shape;
    this.#reflection = Float64Array.from(shape.reflection);
    const backward = new Float64Array(shape.reflection.length);
    backward.set(this.#backward.subarray(0, backward.length));
    this.#backward = backward;
    // A stage with coefficient k multiplies the power by 1 / (1 - k^2).
    const power = shape.reflection.reduce((left, k) => left * (1 - k * k), 1);
    this.#gain = FULL_SCALE * fromDecibels(shape.level) * Math.sqrt(power);
  }

  /** A number of mean 0 and variance 1: the sum of two even ones, each of variance 1/12. */
  #white(): number {
    const bits = this.#random.uint32();
    return ((bits >>> 16) + (bits & 0xffff) - 0xffff) / 0x10000 * Math.SQRT2 * Math.sqrt(3);
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
