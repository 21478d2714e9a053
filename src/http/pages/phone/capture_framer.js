// @ts-check
/** From what a microphone gives to what a call sends. */
import { SincKernel } from "./sinc_kernel.js";

/** How much of the narrower of the two bands is kept; the rest is where the filter falls. */
const BAND = 0.92;
const FRAME_MS = 20;

/** Cuts the sound of a microphone, of whatever rate, into frames of 20 ms of 16-bit PCM. */
export class CaptureFramer {
  #kernel;
  /** Samples of the microphone for one of the call. */
  #step;
  /** What is still needed of the sound, oldest first. */
  #samples;
  #end;
  #place;
  #frame;
  #filled = 0;

  /**
   * @param {number} from Hz of the microphone
   * @param {number} to Hz of the call
   */
  constructor(from, to) {
    this.#kernel = new SincKernel(BAND * Math.min(1, to / from));
    this.#step = from / to;
    this.#samples = new Float32Array(2 * this.#kernel.reach + 8192);
    this.#end = this.#place = this.#kernel.reach;
    this.#frame = new Int16Array(to * FRAME_MS / 1000);
  }

  /**
   * Takes any number of samples, -1 to 1, and gives the frames that are full.
   *
   * @param {Float32Array} input
   * @returns {Int16Array[]}
   */
  push(input) {
    /** @type {Int16Array[]} */
    const full = [];
    for (let from = 0; from < input.length; from += 4096) {
      this.#take(input.subarray(from, from + 4096));
      for (; this.#place + this.#kernel.reach < this.#end; this.#place += this.#step) {
        const value = this.#kernel.at(this.#samples, this.#place);
        this.#frame[this.#filled++] = Math.max(
          -32_768,
          Math.min(32_767, Math.round(value * 32_768)),
        );
        if (this.#filled < this.#frame.length) continue;
        full.push(this.#frame);
        this.#frame = new Int16Array(this.#frame.length);
        this.#filled = 0;
      }
    }
    return full;
  }

  /** @param {Float32Array} input */
  #take(input) {
    if (this.#end + input.length > this.#samples.length) {
      const first = Math.floor(this.#place) - this.#kernel.reach;
      this.#samples.copyWithin(0, first, this.#end);
      this.#end -= first;
      this.#place -= first;
    }
    this.#samples.set(input, this.#end);
    this.#end += input.length;
  }
}
