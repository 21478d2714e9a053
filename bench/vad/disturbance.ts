/** What is on a telephone line beside the voice. */
import { fromDecibels, rmsLevel } from "../../src/audio/mod.ts";
import { fraction, type Random } from "../../src/clock/mod.ts";

/** Makes so many samples of sound at 8 kHz, at any level. */
export type Disturbance = (length: number, random: Random) => Float64Array;

/** Noise with as much power in every octave, by seven first-order filters over white noise. */
export function pinkNoise(length: number, random: Random): Float64Array {
  const poles = [0.99886, 0.99332, 0.969, 0.8665, 0.55, 0.2];
  const state = poles.map(() => 0);
  return Float64Array.from({ length }, () => {
    const white = fraction(random) - 0.5;
    // Each pole an octave and a half above the one before, and as much quieter.
    poles.forEach((pole, i) => state[i] = pole * state[i] + white * (1 - pole) ** 0.5);
    return state.reduce((sum, value) => sum + value, 0);
  });
}

/** Six talkers at once, out of a set of utterances. */
export function babble(sounds: readonly Int16Array[]): Disturbance {
  return (length, random) => {
    const mixed = new Float64Array(length);
    for (let talker = 0; talker < 6; talker++) {
      for (let at = 0; at < length;) {
        const sound = sounds[Math.floor(fraction(random) * sounds.length)];
        const gain = fromDecibels(-26 - rmsLevel(sound));
        for (let i = 0; i < sound.length && at < length; i++) mixed[at++] += sound[i] * gain;
      }
    }
    return mixed;
  };
}

/** As music on hold: a chord of three plucked notes with five harmonics each, new every 400 ms. */
export function music(length: number, random: Random): Float64Array {
  const mixed = new Float64Array(length);
  for (let at = 0; at < length; at += 3200) {
    for (let note = 0; note < 3; note++) {
      const hertz = 220 * 2 ** (Math.floor(fraction(random) * 24) / 12);
      for (let harmonic = 1; harmonic <= 5 && hertz * harmonic < 3600; harmonic++) {
        const step = (2 * Math.PI * hertz * harmonic) / 8000;
        for (let i = 0; i < 6400 && at + i < length; i++) {
          mixed[at + i] += Math.sin(step * i) * Math.exp(-i / 2400) / harmonic;
        }
      }
    }
  }
  return mixed;
}

/** `sound` with a disturbance whose level is `levelDb` (RMS, dBov). */
export function disturb(sound: Int16Array, noise: Float64Array, levelDb: number): Int16Array {
  let squares = 0;
  for (const value of noise) squares += value * value;
  const gain = 32768 * fromDecibels(levelDb) / Math.sqrt(squares / noise.length);
  const mixed = (value: number, i: number) =>
    Math.max(-32768, Math.min(32767, value + noise[i] * gain));
  return sound.map(mixed);
}
