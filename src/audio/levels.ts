/**
 * How loud a sound is, in dBov: decibels below the loudest that 16 bits can say.
 *
 * 0 dBov is a square wave at full scale, so that a sine at full scale has -3.01
 * ({@link https://www.rfc-editor.org/rfc/rfc6464#section-3 RFC 6464}).
 */

const FULL_SCALE = 32768;

/** The root mean square of `samples` in dBov; `-Infinity` for silence and for no samples. */
export function rmsLevel(samples: Int16Array): number {
  if (samples.length === 0) return -Infinity;
  let energy = 0;
  for (let i = 0; i < samples.length; i++) energy += samples[i] * samples[i];
  return toDecibels(Math.sqrt(energy / samples.length) / FULL_SCALE);
}

/** The largest sample, of either sign, in dBov; `-Infinity` for silence and for no samples. */
export function peakLevel(samples: Int16Array): number {
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    const size = Math.abs(samples[i]);
    if (size > peak) peak = size;
  }
  return toDecibels(peak / FULL_SCALE);
}

/** A ratio of two amplitudes in decibels: 0.5 is -6.02. */
export function toDecibels(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Decibels as a ratio of two amplitudes: -6.02 is 0.5. */
export function fromDecibels(decibels: number): number {
  return 10 ** (decibels / 20);
}
