// @ts-check
/** The microphone's end of a call, on the browser's audio thread. */
import { CaptureFramer } from "./capture_framer.js";

/**
 * What the audio thread has, which TypeScript's library of the page does not know.
 *
 * @typedef {object} AudioThread
 * @property {new () => { readonly port: MessagePort }} AudioWorkletProcessor
 * @property {(name: string, type: Function) => void} registerProcessor
 * @property {number} sampleRate
 */
const { AudioWorkletProcessor, registerProcessor, sampleRate } =
  /** @type {AudioThread} */ (/** @type {unknown} */ (globalThis));

/** Sends what it hears in messages of 20 ms to the port it is given. */
class Capture extends AudioWorkletProcessor {
  #framer;
  /** @type {MessagePort | undefined} */
  #sink;

  /** @param {{ processorOptions: { callRate: number } }} options */
  constructor({ processorOptions: { callRate } }) {
    super();
    this.#framer = new CaptureFramer(sampleRate, callRate);
    this.port.onmessage = ({ data }) => this.#sink = data;
  }

  /** @param {Float32Array[][]} inputs */
  process([[sound]]) {
    // There is none while one microphone is changed for another.
    if (sound === undefined) return true;
    for (const frame of this.#framer.push(sound)) {
      this.#sink?.postMessage(frame.buffer, [frame.buffer]);
    }
    return true;
  }
}

registerProcessor("capture", Capture);
