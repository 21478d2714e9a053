/** A voice as a machine: pulses and noise, shaped by the resonances of a mouth. */

import { fromDecibels, rmsLevel, samplesIn, saturate } from "../audio/mod.ts";
import { fraction, type Random } from "../clock/mod.ts";
import type { Phone } from "./phones.ts";
import { Resonator } from "./resonator.ts";

/** One sound in its place. */
export interface Articulation {
  readonly phone: Phone;
  /** In ms. */
  readonly durationMs: number;
  /** The pitch at its beginning, in Hz. */
  readonly pitchHz: number;
}

/** How {@link articulate} speaks. */
export interface ArticulateOptions {
  /** The noise of the breath, and the small unevenness of a pitch. */
  readonly random: Random;
  /** The level (RMS) of what has a voice, in dBov. */
  readonly levelDb: number;
}

const SAMPLE_RATE = 8000;
/** How often the mouth moves, in samples: 4 ms. */
const STEP = 32;
/** How fast it moves to the next sound: the share of the way in each step. */
const PACE = 0.22;
const BANDWIDTHS = [70, 100, 150];

/**
 * The sound of a row of phones at 8 kHz.
 *
 * A cascade of resonators in the manner of D. Klatt, "Software for a cascade/parallel formant
 * synthesizer", J. Acoust. Soc. Am. 67 (1980), driven by the pulse of A. Rosenberg (1971).
 */
export function articulate(
  articulations: readonly Articulation[],
  options: ArticulateOptions,
): Int16Array {
  const { random, levelDb } = options;
  const lengths = articulations.map(({ durationMs }) => samplesIn(durationMs, SAMPLE_RATE));
  const sound = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  const mouth = BANDWIDTHS.map(() => new Resonator(SAMPLE_RATE));
  const hiss = new Resonator(SAMPLE_RATE);
  const nose = new Resonator(SAMPLE_RATE);
  nose.tune(3300, 250);
  const formants = [500, 1500, 2500];
  let [voice, breath, phase, pitch, unevenness] = [0, 0, 0, articulations[0]?.pitchHz ?? 0, 1];
  let at = 0;
  for (const [index, { phone, pitchHz }] of articulations.entries()) {
    const nextHz = articulations[index + 1]?.pitchHz ?? pitchHz * 0.95;
    for (let n = 0; n < lengths[index]; n++, at++) {
      if (n % STEP === 0) {
        for (const [i, resonator] of mouth.entries()) {
          formants[i] += (phone.formants[i] - formants[i]) * PACE;
          resonator.tune(formants[i], BANDWIDTHS[i]);
        }
        if (phone.breathHz > 0) hiss.tune(Math.min(phone.breathHz, 3700), 500);
        pitch = pitchHz + (nextHz - pitchHz) * n / lengths[index];
      }
      // In 5 ms: a voice does not begin at once, nor does it click.
      voice += (phone.voice - voice) * 0.025;
      breath += (phone.breath - breath) * 0.025;
      phase += pitch * unevenness / SAMPLE_RATE;
      if (phase >= 1) {
        phase -= 1;
        unevenness = 1 + (fraction(random) - 0.5) * 0.02;
      }
      const noise = fraction(random) * 2 - 1;
      const aspirated = phone.breathHz === 0 ? noise * breath : 0;
      let wave = voice * glottis(phase) + aspirated * 0.5;
      for (const resonator of mouth) wave = resonator.push(wave);
      sound[at] = nose.push(wave) + (phone.breathHz > 0 ? hiss.push(noise) * breath * 0.6 : 0);
    }
  }
  return levelled(sound, levelDb);
}

/** The flow through the vocal folds, differentiated as the lips do it; `phase` from 0 to 1. */
function glottis(phase: number): number {
  if (phase < 0.4) return Math.sin(Math.PI * phase / 0.4) * 0.5;
  if (phase < 0.56) return -Math.sin(Math.PI / 2 * (phase - 0.4) / 0.16);
  return 0;
}

/** As 16 bits, so loud that the louder half of it has the level. */
function levelled(sound: Float64Array, levelDb: number): Int16Array {
  let peak = 1e-9;
  for (const value of sound) peak = Math.max(peak, Math.abs(value));
  const samples = Int16Array.from(sound, (value) => saturate(value / peak * 30_000));
  let [loud, count] = [0, 0];
  for (let from = 0; from < samples.length; from += 160) {
    const level = rmsLevel(samples.subarray(from, from + 160));
    if (level < -30) continue;
    loud += fromDecibels(level) ** 2;
    count++;
  }
  const factor = fromDecibels(levelDb) / Math.sqrt(loud / Math.max(count, 1) || 1);
  return samples.map((sample) => saturate(sample * factor));
}
