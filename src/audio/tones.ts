/** Sounds that can be computed: tones, sweeps, silence. The same options give the same samples. */

import { samplesIn } from "./durations.ts";
import { fromDecibels } from "./levels.ts";
import { saturate } from "./mixing.ts";

/** How a computed sound is to be. */
export interface ToneOptions {
  /** Hz. @default 8000 */
  readonly sampleRate?: number;
  /** Peak of each sine in decibels below full scale. @default -12 */
  readonly levelDb?: number;
  /** Length of the swell at the start and the fade at the end, which keep the ends from clicking, in ms. @default 5 */
  readonly fadeMs?: number;
}

/**
 * The sines of all `frequencies` (Hz) together for `durationMs` milliseconds.
 *
 * One frequency is a beep; two make a DTMF digit or the ringing of a country.
 */
export function tone(
  frequencies: readonly number[],
  durationMs: number,
  options: ToneOptions = {},
): Int16Array {
  const { sampleRate = 8000 } = options;
  const steps = frequencies.map((frequency) => (2 * Math.PI * frequency) / sampleRate);
  return compute(durationMs, options, (n) => {
    let sum = 0;
    for (const step of steps) sum += Math.sin(step * n);
    return sum;
  });
}

/** A sine that glides evenly from the first frequency to the second (Hz) in `durationMs` milliseconds. */
export function sweep(
  [startHz, endHz]: readonly [startHz: number, endHz: number],
  durationMs: number,
  options: ToneOptions = {},
): Int16Array {
  const { sampleRate = 8000 } = options;
  const seconds = durationMs / 1000;
  return compute(durationMs, options, (n) => {
    const t = n / sampleRate;
    return Math.sin(2 * Math.PI * (startHz * t + ((endHz - startHz) * t * t) / (2 * seconds)));
  });
}

/** Nothing, for `durationMs` milliseconds. */
export function silence(durationMs: number, options: ToneOptions = {}): Int16Array {
  return new Int16Array(samplesIn(durationMs, options.sampleRate ?? 8000));
}

function compute(
  durationMs: number,
  { sampleRate = 8000, levelDb = -12, fadeMs = 5 }: ToneOptions,
  wave: (n: number) => number,
): Int16Array {
  const samples = new Int16Array(samplesIn(durationMs, sampleRate));
  const amplitude = 32767 * fromDecibels(levelDb);
  const fade = Math.min(samplesIn(fadeMs, sampleRate), samples.length / 2);
  for (let n = 0; n < samples.length; n++) {
    const edge = Math.min(n, samples.length - 1 - n);
    const envelope = edge < fade ? edge / fade : 1;
    samples[n] = saturate(amplitude * envelope * wave(n));
  }
  return samples;
}
