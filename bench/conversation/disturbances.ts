/** What callers' telephones send beside speech: what should not stop an agent. */
import {
  amplify,
  concatSamples,
  fromDecibels,
  mix,
  rmsLevel,
  saturate,
} from "../../src/audio/mod.ts";
import { fraction, type Random } from "../../src/clock/mod.ts";
import { coughSound, humSound, noiseSound } from "../../src/testing/mod.ts";
import { between } from "./chance.ts";
import { musicOnHold } from "./recordings.ts";

/** The noise of a quiet line, in dBov. */
const LINE_DB = -65;

/** A cough or two, at -26 to -16 dBov: recorded ones are in no package, so they are synthetic. */
export function coughs(random: Random): Int16Array {
  const cough = () => coughSound(random, between(random, -26, -16));
  const pause = new Int16Array(Math.round(between(random, 2000, 4000)));
  return fraction(random) < 0.5 ? cough() : concatSamples([cough(), pause, cough()]);
}

/** "Mm-hm", synthetic, at -30 to -20 dBov. */
export function mmHm(random: Random): Int16Array {
  return humSound(random, between(random, -30, -20));
}

/** Four seconds of recorded music from a radio in the room, at -30 to -22 dBov, from anywhere in it. */
export function music(random: Random): Int16Array {
  const [piece] = musicOnHold(random);
  const from = Math.floor(between(random, 80_000, piece.length - 40_000));
  const sound = piece.slice(from, from + 32_000);
  return amplify(sound, between(random, -30, -22) - rmsLevel(sound));
}

/** `length` samples of pink noise, 10 dB below a usual voice of -20 dBov. */
export function pinkNoise(length: number, random: Random): Int16Array {
  return noiseSound("pink", length / 8, { random, levelDb: -30 });
}

/** `sound` on a quiet line. */
export function onLine(sound: Int16Array, random: Random): Int16Array {
  return mix(sound, noiseSound("white", sound.length / 8, { random, levelDb: LINE_DB }));
}

/** The way from the loudspeaker of a telephone to its microphone. */
export class EchoPath {
  /** What the caller hears, by samples since the call began. */
  readonly #heard: Float32Array;
  readonly #taps: readonly { readonly delay: number; readonly gain: number }[];
  #first: { readonly timestamp: number; readonly at: number } | undefined;

  /**
   * `levelDb` softer in all (below 0), `delayMs` later at first, and as long after as a small room
   * goes on: a dozen reflections that fall by 60 dB in 200 ms.
   */
  constructor(
    options: { readonly levelDb: number; readonly delayMs: number; readonly seconds: number },
    random: Random,
  ) {
    const { levelDb, delayMs, seconds } = options;
    this.#heard = new Float32Array(seconds * 8000);
    const first = Math.round(delayMs * 8);
    const taps = [{ delay: first, gain: 1 }];
    for (let i = 0; i < 12; i++) {
      const later = between(random, 1, 60);
      const sign = fraction(random) < 0.5 ? -1 : 1;
      const gain = sign * 0.3 * fromDecibels(-60 * later / 200);
      taps.push({ delay: first + Math.round(later * 8), gain });
    }
    const power = Math.sqrt(taps.reduce((sum, { gain }) => sum + gain * gain, 0));
    this.#taps = taps.map(({ delay, gain }) => ({
      delay,
      gain: gain * fromDecibels(levelDb) / power,
    }));
  }

  /**
   * The loudspeaker plays `samples`, sent at `timestamp` of the RTP clock: the first ones when they
   * came, `atMs` ms after the call began, and all others in step with those, however late they come.
   */
  play(samples: Int16Array, timestamp: number, atMs: number): void {
    this.#first ??= { timestamp, at: Math.round(atMs * 8) };
    const start = this.#first.at + ((timestamp - this.#first.timestamp) | 0);
    if (start < 0 || start + samples.length > this.#heard.length) return;
    this.#heard.set(samples, start);
  }

  /** What the microphone makes of it from sample `from` of the call on, over what is there already. */
  addTo(sound: Int16Array, from: number, length: number): void {
    for (let i = from; i < Math.min(from + length, sound.length); i++) {
      let sum = sound[i];
      for (const { delay, gain } of this.#taps) {
        if (i >= delay) sum += gain * this.#heard[i - delay];
      }
      sound[i] = saturate(sum);
    }
  }
}
