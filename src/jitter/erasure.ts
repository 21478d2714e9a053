/** What ITU-T G.711 Appendix I puts in the place of sound that is lost. */

import { findPitch } from "./pitch.ts";
import { PitchLoop } from "./pitch_loop.ts";

const STEP_MS = 10;
const SILENT_AFTER_MS = 60;
/** Part of the gain that is lost in each step after the first. */
const FADE_PER_STEP = 0.2;
const MOST_PERIODS = 3;
const RECOVERY_GROWTH_PER_STEP_MS = 4;
const LONGEST_RECOVERY_MS = 10;

/** How much sound before the loss an {@link Erasure} looks at: three and a quarter pitch periods. */
export const HISTORY_MS = 48.75;

/** One loss: the sound goes on in the pitch it had, and fades to nothing within 60 ms. */
export class Erasure {
  readonly #history: Int16Array;
  readonly #stepLength: number;
  readonly #silentAfter: number;
  readonly #growthPerSample: number;
  readonly #longestRecovery: number;
  readonly #period: number;
  readonly #overlap: number;
  readonly #mismatch: number;
  #periods = 1;
  #loop: PitchLoop;
  #formerLoop: PitchLoop | undefined;
  #formerLeft = 0;
  #made = 0;

  /** @param history the sound before the loss, {@link HISTORY_MS} of it; it is read later too */
  constructor(history: Int16Array, sampleRate: number) {
    const inSamples = (ms: number) => Math.round(ms * sampleRate / 1000);
    this.#history = history;
    this.#stepLength = inSamples(STEP_MS);
    this.#silentAfter = inSamples(SILENT_AFTER_MS);
    this.#growthPerSample = RECOVERY_GROWTH_PER_STEP_MS / STEP_MS;
    this.#longestRecovery = inSamples(LONGEST_RECOVERY_MS);
    this.#period = findPitch(history, sampleRate);
    this.#overlap = this.#period >> 2;
    this.#loop = new PitchLoop(history, this.#period, this.#periods, this.#overlap, 0);
    this.#mismatch = history[history.length - 1] - history[history.length - 1 - this.#period];
  }

  /** How many samples the fading over into the next good sound should take, if it came now. */
  get recoveryLength(): number {
    const growth = this.#growthPerSample * Math.max(0, this.#made - this.#stepLength);
    return Math.min(this.#longestRecovery, Math.round(this.#overlap + growth));
  }

  /** The next sample, not rounded. */
  next(): number {
    const at = this.#made++;
    if (at >= this.#silentAfter) return 0;
    if (at > 0 && at % this.#stepLength === 0 && this.#periods < MOST_PERIODS) this.#grow();
    let sample = this.#loop.next();
    if (this.#formerLeft > 0) {
      const share = this.#formerLeft-- / (this.#overlap + 1);
      sample += (this.#formerLoop!.next() - sample) * share;
    }
    if (at < this.#overlap) sample += this.#mismatch * (1 - at / this.#overlap);
    const steps = at / this.#stepLength;
    return steps <= 1 ? sample : sample * (1 - FADE_PER_STEP * (steps - 1));
  }

  /** Takes one more period into the loop, in step with the one that plays. */
  #grow(): void {
    this.#formerLoop = this.#loop;
    this.#formerLeft = this.#overlap;
    this.#periods++;
    const phase = this.#loop.position % this.#period;
    this.#loop = new PitchLoop(this.#history, this.#period, this.#periods, this.#overlap, phase);
  }
}
