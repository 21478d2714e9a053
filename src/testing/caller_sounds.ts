/** What callers do that is no speech, and what sounds around them. */

import { amplify, fromDecibels, mix, rmsLevel, samplesIn, saturate, tone } from "../audio/mod.ts";
import { fraction, type Random } from "../clock/mod.ts";
import { BREATH, HUM } from "./phones.ts";
import { Resonator } from "./resonator.ts";
import { articulate } from "./vocal_tract.ts";

const SAMPLE_RATE = 8000;

/** A cough: two bursts of breath through an open mouth, 340 ms in all, at 8 kHz. */
export function coughSound(random: Random, levelDb: number): Int16Array {
  const length = samplesIn(340, SAMPLE_RATE);
  const mouth = [new Resonator(SAMPLE_RATE), new Resonator(SAMPLE_RATE)];
  mouth[0].tune(650, 350);
  mouth[1].tune(1700, 500);
  const sound = Float64Array.from({ length }, (_, n) => {
    const ms = 1000 * n / SAMPLE_RATE;
    const burst = ms < 190 ? swell(ms, 8, 45) : 0.6 * swell(ms - 190, 10, 40);
    const noise = (fraction(random) * 2 - 1) * burst;
    return mouth[1].push(mouth[0].push(noise)) + 0.3 * noise;
  });
  return atLevel(sound, levelDb);
}

/** "Mm-hm": two hums with a breath between them, the second higher, 370 ms in all, at 8 kHz. */
export function humSound(random: Random, levelDb: number): Int16Array {
  return articulate([
    { phone: HUM, durationMs: 140, pitchHz: 115 },
    { phone: BREATH, durationMs: 50, pitchHz: 120 },
    { phone: HUM, durationMs: 180, pitchHz: 140 },
  ], { random, levelDb });
}

/** Noise with as much power in each Hz (`white`) or in each octave (`pink`), at 8 kHz. */
export function noiseSound(
  colour: "white" | "pink",
  durationMs: number,
  { random, levelDb }: { readonly random: Random; readonly levelDb: number },
): Int16Array {
  // Six low passes, an octave and a half apart, each as loud as the others: within 1 dB of 3 dB an octave.
  const poles = [0.998, 0.993, 0.98, 0.94, 0.83, 0.5];
  const states = poles.map(() => 0);
  const sound = Float64Array.from({ length: samplesIn(durationMs, SAMPLE_RATE) }, () => {
    const white = fraction(random) * 2 - 1;
    if (colour === "white") return white;
    let sum = 0.1 * white;
    for (const [i, pole] of poles.entries()) {
      states[i] = pole * states[i] + Math.sqrt(1 - pole) * Math.sqrt(1 - pole) * white * gain(pole);
      sum += states[i];
    }
    return sum;
  });
  return atLevel(sound, levelDb);
}

/** Makes the power of a low pass the same, whatever its pole. */
function gain(pole: number): number {
  return Math.sqrt((1 + pole) / (1 - pole)) * 0.3;
}

/** Chords over a beat, as from a radio, at 8 kHz: four a bar, 120 beats a minute. */
export function musicSound(durationMs: number, levelDb: number): Int16Array {
  const chords = [[262, 330, 392], [220, 262, 330], [175, 220, 262], [196, 247, 294]];
  const samples = new Int16Array(samplesIn(durationMs, SAMPLE_RATE));
  for (let beat = 0; beat * 500 < durationMs; beat++) {
    const chord = chords[Math.floor(beat / 4) % 4];
    const melody = 2 * chord[(beat * 2) % 3];
    const options = { levelDb: -16, fadeMs: 60 };
    const sound = mix(tone(chord, 490, options), tone([melody, 2 * melody], 240, options));
    const start = samplesIn(beat * 500, SAMPLE_RATE);
    samples.set(sound.subarray(0, samples.length - start), start);
  }
  return amplify(samples, levelDb - rmsLevel(samples));
}

/** Rises in `riseMs` and falls by a factor of e in each `fallMs`. */
function swell(ms: number, riseMs: number, fallMs: number): number {
  return ms < riseMs ? ms / riseMs : Math.exp(-(ms - riseMs) / fallMs);
}

/** As 16 bits with the level (RMS) in dBov. */
function atLevel(sound: Float64Array, levelDb: number): Int16Array {
  let energy = 0;
  for (const value of sound) energy += value * value;
  const factor = 32768 * fromDecibels(levelDb) / Math.sqrt(energy / sound.length || 1);
  return Int16Array.from(sound, (value) => saturate(value * factor));
}
