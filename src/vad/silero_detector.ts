/** Silero's ear for one call: frames to windows, and a gate before the model. */

import type { Detector } from "./detector.ts";
import { NarrowBand } from "./narrow_band.ts";
import type { SileroCall } from "./silero_batcher.ts";
import { CONTEXT, INPUT, WINDOW } from "./silero_model.ts";

/** How a {@link SileroDetector} listens. */
export interface SileroDetectorOptions {
  /**
   * Windows quieter than this are not shown to the model, in dBov (RMS): the noise of a digital line
   * is below it, whatever a caller has to say above.
   * @default -60
   */
  readonly gateDb?: number;
}

/**
 * How many quiet windows in a row the model is shown all the same: in 128 ms it has let go of a voice
 * and come to rest, so that what it remembers when the gate opens again is a silence.
 */
const QUIET_WINDOWS = 4;

/**
 * Silero for one call: brings frames of any rate from 8 kHz on to 8 kHz, cuts them into windows of
 * 32 ms, and has those judged together with the windows of other calls.
 *
 * A frame that completes no window is as likely as the window before it, and one that completes
 * several as the likeliest of them. Windows behind the gate are 0. Those answers come at once, all
 * others as a promise. Frames come with 20 ms, so that a window is complete with five of eight.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SileroDetector } from "@sofia/phone/vad/silero";
 *
 * const call = { judge: () => Promise.resolve(0.9), close() {} };
 * const detector = new SileroDetector(call);
 * const loud = new Int16Array(320).fill(9000);
 * assert.equal(detector.detect(loud, 16000), 0);
 * assert.equal(await detector.detect(loud, 16000), 0.9);
 * ```
 */
export class SileroDetector implements Detector {
  readonly #call: SileroCall;
  readonly #leastSquares: number;
  #narrow: NarrowBand | undefined;
  /** The context, and as much of the window as is here. */
  #input = new Float32Array(INPUT);
  #filled = CONTEXT;
  #quiet = QUIET_WINDOWS;
  #likelihood = 0;

  /** A detector for one call, which it closes. */
  constructor(call: SileroCall, options: SileroDetectorOptions = {}) {
    const { gateDb = -60 } = options;
    this.#call = call;
    this.#leastSquares = WINDOW * 10 ** (gateDb / 10);
  }

  /**
   * How likely the frame holds a voice.
   *
   * @throws {RangeError} for a rate below 8000 Hz
   */
  detect(samples: Int16Array, sampleRate: number): number | Promise<number> {
    if (this.#narrow?.from !== sampleRate) this.#narrow = new NarrowBand(sampleRate);
    const sound = this.#narrow.push(samples);
    let judged: Promise<number>[] | undefined;
    for (let at = 0; at < sound.length;) {
      const taken = Math.min(INPUT - this.#filled, sound.length - at);
      this.#input.set(sound.subarray(at, at + taken), this.#filled);
      this.#filled += taken;
      at += taken;
      if (this.#filled < INPUT) continue;
      const input = this.#nextInput();
      if (this.#isGated(input)) this.#likelihood = 0;
      else (judged ??= []).push(this.#call.judge(input));
    }
    return judged === undefined ? this.#likelihood : this.#likeliest(judged);
  }

  /** Leaves the windows of other calls to themselves; a second time does nothing. */
  close(): void {
    this.#call.close();
  }

  async #likeliest(judged: readonly Promise<number>[]): Promise<number> {
    const likelihoods = await Promise.all(judged);
    this.#likelihood = likelihoods[likelihoods.length - 1];
    return Math.max(...likelihoods);
  }

  /** The window that is complete, with its context; its end is the next one's context. */
  #nextInput(): Float32Array {
    const input = this.#input;
    this.#input = new Float32Array(INPUT);
    this.#input.set(input.subarray(WINDOW));
    this.#filled = CONTEXT;
    return input;
  }

  #isGated(input: Float32Array): boolean {
    let squares = 0;
    for (let i = CONTEXT; i < INPUT; i++) squares += input[i] * input[i];
    if (squares >= this.#leastSquares) {
      this.#quiet = 0;
      return false;
    }
    return this.#quiet++ >= QUIET_WINDOWS;
  }
}
