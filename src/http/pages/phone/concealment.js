// @ts-check
/** What is heard where sound is missing. */

/** The deepest voice has a period of 16 ms, the highest one of 2.5. */
const LONGEST_MS = 16;
const SHORTEST_MS = 2.5;
/** What is compared to find the period. */
const WINDOW_MS = 10;
/** How long the last period is said again, more and more quietly. Longer sounds like a machine. */
const FADE_MS = 40;
/** Only each third sample is compared: the audio thread has 2.7 ms for all it does. */
const STRIDE = 3;
/** The peak below which nobody misses it: -46 dB of full scale. */
const SILENT = 0.005;

/** Says the last period of a voice again, fading, so that a gap is neither a click nor a hole. */
export class Concealment {
  /** The last samples that were played, oldest first. */
  #played;
  /** The last period of them. */
  #cycle;
  #rate;
  #period = 1;
  #at = 0;
  #length;
  #left = 0;

  /** @param {number} sampleRate of what is played, in Hz */
  constructor(sampleRate) {
    this.#rate = sampleRate;
    this.#length = Math.round(FADE_MS * sampleRate / 1000);
    this.#played = new Float32Array(Math.ceil((LONGEST_MS + WINDOW_MS) * sampleRate / 1000));
    this.#cycle = new Float32Array(Math.ceil(LONGEST_MS * sampleRate / 1000));
  }

  /** @param {Float32Array} output what was just played */
  remember(output) {
    const fresh = output.subarray(-this.#played.length);
    this.#played.copyWithin(0, fresh.length);
    this.#played.set(fresh, this.#played.length - fresh.length);
  }

  /**
   * There is nothing to play from here on.
   *
   * @returns {boolean} whether there was a sound to go on with
   */
  begin() {
    this.#period = this.#findPeriod();
    this.#cycle.set(this.#played.subarray(-this.#period));
    this.#at = 0;
    this.#left = this.#length;
    return this.#cycle.subarray(0, this.#period).some((value) => Math.abs(value) > SILENT);
  }

  /** The next sample to play: 0 once it has faded. */
  next() {
    if (this.#left === 0) return 0;
    const gain = this.#left-- / this.#length;
    return this.#cycle[this.#at++ % this.#period] * gain;
  }

  /** The lag at which the last sound is most like what was before it. */
  #findPeriod() {
    const [longest, shortest, window] = [LONGEST_MS, SHORTEST_MS, WINDOW_MS].map((ms) =>
      Math.floor(ms * this.#rate / 1000)
    );
    const from = this.#played.length - window;
    let best = longest;
    let most = 0;
    for (let lag = shortest; lag <= longest; lag++) {
      let likeness = 0;
      let power = 1e-9;
      for (let index = from; index < this.#played.length; index += STRIDE) {
        const before = this.#played[index - lag];
        likeness += this.#played[index] * before;
        power += before * before;
      }
      const score = likeness / Math.sqrt(power);
      if (score > most) [most, best] = [score, lag];
    }
    return best;
  }
}
