/** Sounds made louder, softer, or put on top of each other, without wrapping around. */

import { fromDecibels } from "./levels.ts";

/** The nearest 16-bit sample to `value`: too loud becomes the loudest, not its opposite. */
export function saturate(value: number): number {
  const sample = Math.round(value);
  return sample > 32767 ? 32767 : sample < -32768 ? -32768 : sample;
}

/** `samples` louder by `decibels` (softer if negative), in an array of their own. */
export function amplify(samples: Int16Array, decibels: number): Int16Array {
  const factor = fromDecibels(decibels);
  return samples.map((sample) => saturate(sample * factor));
}

/** All `voices` sounding together from their first sample on, as long as the longest. */
export function mix(...voices: readonly Int16Array[]): Int16Array {
  const sums = new Int32Array(Math.max(0, ...voices.map((voice) => voice.length)));
  for (const voice of voices) {
    for (let i = 0; i < voice.length; i++) sums[i] += voice[i];
  }
  return Int16Array.from(sums, saturate);
}

/** `samples` with a loudness that goes from the factor `from` to the factor `to`, both 0 to 1, in a line. */
export function ramp(samples: Int16Array, from: number, to: number): Int16Array {
  const step = (to - from) / samples.length;
  // By index, as the factor changes with each sample.
  const ramped = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    ramped[i] = Math.round(samples[i] * (from + step * (i + 1)));
  }
  return ramped;
}
