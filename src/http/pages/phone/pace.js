// @ts-check
/** How fast a buffer is played, and how much of it is enough. */

/** What is kept below the least that a buffer fell to: at first, at best, and at worst. */
const FIRST_MS = 20;
const LEAST_MS = 10;
const WORST_MS = 160;
/** One message of sound. */
const FRAME_MS = 20;
/** After a gap the buffer keeps this much more, and each quiet window takes a little of it back. */
const WORSE_MS = 20;
const BETTER_MS = 0.5;
/** Sound that comes this soon after the last ran out was late; later it is a new beginning. */
const PAUSE_MS = 150;
/** How long a buffer is watched before its pace is set anew. */
const WINDOW_MS = 500;
/** In how long what is too much, or too little, is to be made good. */
const PATIENCE_MS = 10_000;
/** A tenth of a per cent is a sixtieth of a semitone, which nobody hears; clocks differ by less. */
const MOST = 0.001;
/** Silence is left out when there is this much more than enough. */
const SPARE_MS = 20;
/** In a silence it waits for more when there is this much less than wanted. */
const SLACK_MS = 5;

/**
 * Watches how low a buffer falls between two messages, and sets its speed so that it falls no lower
 * than it must: too much is delay, too little is gaps. The difference between the sender's clock and the
 * sound card's shows as a buffer that grows or shrinks, and so is followed by the same rule.
 */
export class Pace {
  /** How much faster than the sender's clock to play. */
  speed = 1;
  /** Times that sound came too late. */
  underruns = 0;
  #marginMs = FIRST_MS;
  #msPerSample;
  #lowest = Infinity;
  #watchedMs = 0;
  /** Since the buffer ran dry; `Infinity` before it has played. */
  #dryMs = Infinity;

  /** @param {number} outputRate Hz of the sound card */
  constructor(outputRate) {
    this.#msPerSample = 1000 / outputRate;
  }

  /** How much sound to wait for before playing, in ms. */
  get targetMs() {
    return this.#marginMs + FRAME_MS;
  }

  /** @param {number} depthMs what is in the buffer */
  hasTooMuch(depthMs) {
    return depthMs > this.targetMs + SPARE_MS;
  }

  /** @param {number} depthMs what is in the buffer */
  hasTooLittle(depthMs) {
    return depthMs < this.#marginMs - SLACK_MS;
  }

  /**
   * The buffer is empty.
   *
   * @param {boolean} wasHeard whether anybody can hear that it is
   */
  ranDry(wasHeard) {
    this.#dryMs = wasHeard ? 0 : Infinity;
    this.#watch();
  }

  /** Sound has come to a buffer that is not played. */
  came() {
    if (this.#dryMs < PAUSE_MS) {
      this.underruns++;
      this.#marginMs = Math.min(WORST_MS, this.#marginMs + WORSE_MS);
    }
    this.#dryMs = Infinity;
  }

  /**
   * @param {number} samples of the sound card
   * @param {number | undefined} depthMs what is left; `undefined` while nothing is played
   */
  played(samples, depthMs) {
    const ms = samples * this.#msPerSample;
    this.#dryMs += ms;
    if (depthMs === undefined) return;
    this.#lowest = Math.min(this.#lowest, depthMs);
    this.#watchedMs += ms;
    if (this.#watchedMs < WINDOW_MS) return;
    const excess = this.#lowest - this.#marginMs;
    const wanted = 1 + Math.max(-MOST, Math.min(MOST, excess / PATIENCE_MS));
    this.speed += (wanted - this.speed) / 4;
    if (excess > -LEAST_MS) this.#marginMs = Math.max(LEAST_MS, this.#marginMs - BETTER_MS);
    this.#watch();
  }

  #watch() {
    this.#lowest = Infinity;
    this.#watchedMs = 0;
  }
}
