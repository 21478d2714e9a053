/** A detector that knows nothing but loudness: for machines without the others, and when they fail. */

import { rmsLevel } from "../audio/mod.ts";
import type { Detector, DetectorFactory } from "./detector.ts";
import { NoiseFloor } from "./noise_floor.ts";

/** How {@link energyDetector} judges. */
export interface EnergyOptions {
  /**
   * How far above the noise sound has even odds of being a voice, in dB: most of the syllables of
   * speech are 10 to 25 dB above the noise of a line, and noise itself is within 3 dB of its mean.
   * @default 6
   */
  readonly marginDb?: number;
  /**
   * Frames quieter than this are no voice, however quiet the line, in dBov (RMS).
   * @default -50
   */
  readonly floorDb?: number;
}

/** How many dB above the margin turn even odds into e to 1. */
const SLOPE_DB = 2;

/**
 * The maker of detectors that call a voice what is louder than the noise of its call, which they
 * follow with a {@link NoiseFloor}. Takes frames of every rate and length; answers at once.
 *
 * It cannot tell a voice from music or a slamming door, and takes noise that sets in for a voice
 * until the floor has risen, 1.6 s later.
 *
 * @throws {RangeError} for a margin that is not above 0
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tone } from "@sofia/phone/audio";
 * import { energyDetector } from "@sofia/phone/vad";
 *
 * const detector = energyDetector()();
 * assert.equal(detector.detect(new Int16Array(320), 16000), 0);
 * assert.ok(await detector.detect(tone([300], 20), 8000) > 0.9);
 * ```
 */
export function energyDetector(options: EnergyOptions = {}): DetectorFactory {
  const { marginDb = 6, floorDb = -50 } = options;
  if (!(marginDb > 0)) {
    throw new RangeError(
      `Cannot make a detector as marginDb must be above 0: current value is ${marginDb}`,
    );
  }
  return () => new EnergyDetector(marginDb, floorDb);
}

class EnergyDetector implements Detector {
  readonly #marginDb: number;
  readonly #floorDb: number;
  readonly #noise: NoiseFloor;

  constructor(marginDb: number, floorDb: number) {
    this.#marginDb = marginDb;
    this.#floorDb = floorDb;
    // The quietest sound that counts is taken for the noise until the call has shown its own.
    this.#noise = new NoiseFloor({ firstDb: floorDb });
  }

  detect(samples: Int16Array, sampleRate: number): number {
    if (samples.length === 0) return 0;
    const level = rmsLevel(samples);
    const noise = this.#noise.push(level, (1000 * samples.length) / sampleRate);
    if (level < this.#floorDb) return 0;
    return 1 / (1 + Math.exp((this.#marginDb - (level - noise)) / SLOPE_DB));
  }

  close(): void {}
}
