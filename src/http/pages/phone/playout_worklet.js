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
/** How often the phone is told how much was played, in seconds. */
const PLAYED_EACH = 0.1;

/** Plays what comes by the port it is given, PCM as bytes, or "clear", and tells there how far it is, in ms. */
class Playout extends AudioWorkletProcessor {
  #buffer;
  #untold = 0;
  /** @type {MessagePort | undefined} */
  #source;
  #sincePlayed = 0;
  #playedMs = 0;

  /** @param {{ processorOptions: { callRate: number } }} options */
  constructor({ processorOptions: { callRate } }) {
    super();
    this.#buffer = new PlayoutBuffer(callRate, sampleRate);
    this.port.onmessage = ({ data }) => {
      this.#source = /** @type {MessagePort} */ (data);
      this.#source.onmessage = ({ data }) => this.#take(data);
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
    this.#sincePlayed += sound.length;
    if (this.#sincePlayed >= PLAYED_EACH * sampleRate) this.#tellPlayed();
    this.#untold += sound.length;
    if (this.#untold < TELLS_EACH * sampleRate) return true;
    this.#untold = 0;
    this.port.postMessage(this.#buffer.statistics);
    return true;
  }

  #tellPlayed() {
    this.#sincePlayed = 0;
    const { playedMs } = this.#buffer;
    if (playedMs === this.#playedMs) return;
    this.#playedMs = playedMs;
    this.#source?.postMessage(playedMs);
  }
}

registerProcessor("playout", Playout);
