// @ts-check
/** Between a network that is early and late, and a sound card that is neither. */
import { Concealment } from "./concealment.js";
import { Pace } from "./pace.js";
import { SincKernel } from "./sinc_kernel.js";

/** How much of the call's band is kept. */
const BAND = 0.95;
/** Sound begins, ends and jumps over this long, so that nothing clicks. */
const FADE_MS = 5;
/** More than this is never kept: the oldest is jumped over, words or not. The phone sends no more ahead. */
const MOST_MS = 1600;
/** Silence is jumped over, this much at a time, when there is more than enough. */
const STEP_MS = 10;
/** The peak below which sound is silence: -46 dB of full scale. */
const SILENT = 0.005;

/**
 * Plays sound of one rate at another, as soon as is safe, and follows the clock of whoever sends it.
 *
 * It waits for a little sound before it begins. If the sound runs out it fades in the last of the voice
 * and waits for a little more than before. Where it is silent it leaves some out, or waits, to have as
 * much as it wants; and it plays a trifle faster or slower. All by `push` and `pull`: the time is what
 * has been pulled.
 */
export class PlayoutBuffer {
  #kernel;
  #concealment;
  #pace;
  #rate;
  /** Samples of the call for one of the sound card. */
  #ratio;
  #samples;
  #end;
  #place;
  #isPlaying = false;
  /** It waits in a silence for more of it. */
  #isHeld = false;
  /** Samples pulled since there has been something to wait for. */
  #waited = 0;
  #gain = 0;
  #gainStep;
  /** Where what was dropped ends: everything before it fades away. */
  #dropUntil = 0;
  /** The place from which a jump was made, while it is still heard. */
  #jumpedFrom = 0;
  #jumpLeft = 0;
  #fade;
  #skipped = 0;
  /** Samples that came so far. */
  #came = 0;

  /**
   * @param {number} sampleRate of the call, in Hz
   * @param {number} outputRate of the sound card, in Hz
   */
  constructor(sampleRate, outputRate) {
    this.#rate = sampleRate;
    this.#ratio = sampleRate / outputRate;
    this.#kernel = new SincKernel(BAND * Math.min(1, outputRate / sampleRate));
    this.#concealment = new Concealment(outputRate);
    this.#pace = new Pace(outputRate);
    this.#samples = new Float32Array(sampleRate * 2);
    this.#end = this.#place = this.#kernel.reach;
    this.#fade = Math.round(FADE_MS * outputRate / 1000);
    this.#gainStep = 1 / this.#fade;
  }

  /** Sound that is here and not played, in ms. */
  get depthMs() {
    return Math.max(0, this.#end - this.#place - this.#kernel.reach) * 1000 / this.#rate;
  }

  /** How much of the sound that came so far was played, or dropped, in ms. */
  get playedMs() {
    return Math.round(this.#came * 1000 / this.#rate - this.depthMs);
  }

  /** How it fares: durations in ms, `speed` 1 at the sender's own. */
  get statistics() {
    const { targetMs, speed, underruns } = this.#pace;
    const skippedMs = this.#skipped * 1000 / this.#rate;
    return { depthMs: this.depthMs, targetMs, speed, underruns, skippedMs };
  }

  /** @param {Int16Array} pcm the next sound of the call */
  push(pcm) {
    const most = this.#rate / 10;
    if (pcm.length > most) {
      for (let from = 0; from < pcm.length; from += most) {
        this.push(pcm.subarray(from, from + most));
      }
      return;
    }
    if (!this.#isPlaying) this.#pace.came();
    this.#makeRoom(pcm.length);
    for (let index = 0; index < pcm.length; index++) {
      this.#samples[this.#end + index] = pcm[index] / 32_768;
    }
    this.#end += pcm.length;
    this.#came += pcm.length;
    const excess = this.depthMs - MOST_MS;
    if (excess > 0) this.#jump((excess + MOST_MS - this.#pace.targetMs) * this.#rate / 1000);
  }

  /** Forgets what was not played yet; what is being played fades out. */
  clear() {
    if (!this.#isPlaying) {
      this.#end = this.#place = Math.floor(this.#place);
      return;
    }
    const last = Math.ceil(this.#place + this.#fade * this.#ratio) + this.#kernel.reach;
    this.#end = Math.min(this.#end, last);
    this.#dropUntil = this.#end;
  }

  /** @param {Float32Array} output filled with what is to be heard next, -1 to 1 */
  pull(output) {
    this.#startIfReady(output.length);
    if (this.#isPlaying) this.#useSilence();
    const isHeld = this.#isHeld;
    let known = 0;
    for (let index = 0; index < output.length; index++) {
      if (this.#isPlaying && !isHeld && this.#place + this.#kernel.reach >= this.#end) {
        this.#concealment.remember(output.subarray(known, known = index));
        this.#runDry();
      }
      output[index] = this.#concealment.next() + (isHeld ? 0 : this.#next());
    }
    this.#concealment.remember(output.subarray(known));
    this.#pace.played(output.length, this.#isPlaying ? this.depthMs : undefined);
  }

  #next() {
    if (!this.#isPlaying) return 0;
    const isDropping = this.#dropUntil > 0;
    const goal = isDropping ? -this.#gainStep : this.#gainStep;
    this.#gain = Math.max(0, Math.min(1, this.#gain + goal));
    if (isDropping && this.#gain === 0) {
      this.#stop();
      return 0;
    }
    let value = this.#kernel.at(this.#samples, this.#place);
    if (this.#jumpLeft > 0) {
      const share = this.#jumpLeft-- / this.#fade;
      value += share * (this.#kernel.at(this.#samples, this.#jumpedFrom) - value);
      this.#jumpedFrom += this.#ratio;
    }
    this.#place += this.#ratio * this.#pace.speed;
    return value * this.#gain;
  }

  /** @param {number} wanted samples of the sound card */
  #startIfReady(wanted) {
    if (this.#isPlaying || this.#end - this.#place <= this.#kernel.reach) return;
    this.#waited += wanted;
    const waitedMs = this.#waited * this.#ratio * 1000 / this.#rate;
    // A sound shorter than the wait is heard too.
    if (this.depthMs < this.#pace.targetMs && waitedMs < this.#pace.targetMs) return;
    this.#isPlaying = true;
    this.#waited = 0;
  }

  #runDry() {
    if (this.#dropUntil === 0) {
      const wasHeard = this.#concealment.begin();
      this.#pace.ranDry(wasHeard);
    }
    this.#stop();
  }

  #stop() {
    if (this.#dropUntil > 0) this.#place = Math.max(this.#place, this.#dropUntil);
    this.#dropUntil = 0;
    this.#isPlaying = false;
    this.#waited = 0;
    this.#gain = 0;
    this.#jumpLeft = 0;
  }

  /** Nobody hears whether a silence is a little shorter or longer: here what is kept is set right. */
  #useSilence() {
    this.#isHeld = false;
    if (this.#jumpLeft > 0 || this.#dropUntil > 0) return;
    const { depthMs } = this;
    const hasTooMuch = this.#pace.hasTooMuch(depthMs);
    if (!hasTooMuch && !this.#pace.hasTooLittle(depthMs)) return;
    const step = Math.round(STEP_MS * this.#rate / 1000);
    const from = Math.floor(this.#place);
    if (from + 2 * step > this.#end) return;
    for (let index = from; index < from + 2 * step; index++) {
      if (Math.abs(this.#samples[index]) > SILENT) return;
    }
    if (hasTooMuch) this.#jump(step);
    else this.#isHeld = true;
  }

  /** @param {number} length samples of the call that are not played */
  #jump(length) {
    this.#jumpedFrom = this.#place;
    this.#jumpLeft = this.#isPlaying ? this.#fade : 0;
    this.#place += length;
    this.#skipped += length;
  }

  /** @param {number} length */
  #makeRoom(length) {
    if (this.#end + length <= this.#samples.length) return;
    const oldest = this.#jumpLeft > 0 ? Math.min(this.#jumpedFrom, this.#place) : this.#place;
    const first = Math.floor(oldest) - this.#kernel.reach;
    this.#samples.copyWithin(0, first, this.#end);
    this.#end -= first;
    this.#place -= first;
    this.#jumpedFrom -= first;
    if (this.#dropUntil > 0) this.#dropUntil -= first;
  }
}
