/** Whether a short piece of sound is that of a key. */

import { fromDecibels } from "../audio/mod.ts";
import { COLUMNS, keyAt, ROWS } from "./dtmf_tones.ts";
import { fitTones } from "./fit_tones.ts";
import { GoertzelBank } from "./goertzel_bank.ts";

/** The sound of a key in one window. */
export interface KeySound {
  /** `0`-`9`, `*`, `#`, `A`-`D`. */
  readonly digit: string;
  /** Hz of its two tones, as measured. */
  readonly frequencies: readonly [row: number, column: number];
  /** The mean square of each of the two. */
  readonly powers: readonly [row: number, column: number];
}

/**
 * How far a tone may be from where it belongs, as a share. ITU-T Q.24 wants 1.5 % and 2 Hz taken,
 * which is 1.8 % of the lowest tone, and 3.5 % refused.
 */
const MAX_OFFSET = 0.025;
/** What the higher tone may be above the lower one, and below it, in dB. Q.24: at most 4 and 8. */
const MAX_TWIST_DB = 6;
const MIN_TWIST_DB = -10;
/** The share of the energy that may be something else: 9 dB of noise, or the start of a tone. */
const MAX_RESIDUAL = 0.12;
/** The share of both tones before they are measured: at 1.5 % off, 20 ms hear them 4 dB down. */
const WORTH_MEASURING = 0.3;

/** Looks for the sound of a key in short windows. */
export class KeySoundFinder {
  readonly #sampleRate: number;
  readonly #minPower: number;
  readonly #rows: GoertzelBank;
  readonly #columns: GoertzelBank;

  /** For windows of `sampleRate` Hz; `minPower` is the mean square of each tone, at least. */
  constructor(sampleRate: number, minPower: number) {
    this.#sampleRate = sampleRate;
    this.#minPower = minPower;
    this.#rows = new GoertzelBank(ROWS, sampleRate);
    this.#columns = new GoertzelBank(COLUMNS, sampleRate);
  }

  /** The key whose sound fills the window, if one does. */
  find(window: Float32Array): KeySound | undefined {
    const power = meanSquare(window);
    if (power < 2 * this.#minPower) return undefined;
    const row = this.#rows.loudest(window);
    const column = this.#columns.loudest(window);
    if (row.power + column.power < WORTH_MEASURING * power) return undefined;
    const wanted = [ROWS[row.index], COLUMNS[column.index]];
    const { tones: [low, high], residual } = fitTones(window, wanted, this.#sampleRate);
    if (residual > MAX_RESIDUAL || Math.min(low.power, high.power) < this.#minPower) {
      return undefined;
    }
    const isOff = [low, high].some(({ frequency }, i) =>
      Math.abs(frequency / wanted[i] - 1) > MAX_OFFSET
    );
    const twist = Math.sqrt(high.power / low.power);
    if (isOff || twist > fromDecibels(MAX_TWIST_DB) || twist < fromDecibels(MIN_TWIST_DB)) {
      return undefined;
    }
    return {
      digit: keyAt(row.index, column.index),
      frequencies: [low.frequency, high.frequency],
      powers: [low.power, high.power],
    };
  }
}

/** The mean square of `samples`. */
export function meanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return sum / samples.length;
}
