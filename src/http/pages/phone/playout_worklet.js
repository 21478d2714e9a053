// @ts-check
/** The ear's end of a call, on the browser's audio thread. */
import { PlayoutBuffer } from "./playout_buffer.js";

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

/** How often the page is told how the buffer fares, in seconds. */
const TELLS_EACH = 0.5;

/** Plays what comes by the port it is given: PCM as bytes, or "clear". */
class Playout extends AudioWorkletProcessor {
  #buffer;
  #untold = 0;

  /** @param {{ processorOptions: { callRate: number } }} options */
  constructor({ processorOptions: { callRate } }) {
    super();
    this.#buffer = new PlayoutBuffer(callRate, sampleRate);
    this.port.onmessage = ({ data }) => {
      /** @type {MessagePort} */ (data).onmessage = ({ data }) => this.#take(data);
    };
  }

  /** @param {ArrayBuffer | "clear"} message */
  #take(message) {
    if (message === "clear") this.#buffer.clear();
    else this.#buffer.push(new Int16Array(message));
  }

  /** @param {Float32Array[][]} _inputs @param {Float32Array[][]} outputs */
  process(_inputs, [[sound]]) {
    this.#buffer.pull(sound);
    this.#untold += sound.length;
    if (this.#untold < TELLS_EACH * sampleRate) return true;
    this.#untold = 0;
    this.port.postMessage(this.#buffer.statistics);
    return true;
  }
}

registerProcessor("playout", Playout);
