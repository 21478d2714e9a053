// @ts-check
/** Plays stereo sound as it comes. This file runs on the browser's audio thread. */

/** What is kept back against packets that come unevenly, in seconds. */
const KEPT_S = 0.08;
/** More than this is late, and is dropped down to what is kept back, in seconds. */
const MOST_S = 0.4;

/** What the audio thread has beyond other scripts: https://webaudio.github.io/web-audio-api/#audioworkletglobalscope */
const scope =
  /** @type {{ sampleRate: number, AudioWorkletProcessor: new () => { port: MessagePort }, registerProcessor: (name: string, type: unknown) => void }} */ (
    /** @type {unknown} */ (globalThis)
  );

/** A queue of interleaved samples, left and right, that is read 128 at a time. */
class Listen extends scope.AudioWorkletProcessor {
  /** @type {Int16Array[]} */
  #queue = [];
  #waiting = 0;
  #read = 0;
  #isPlaying = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      this.#queue.push(data);
      this.#waiting += data.length >> 1;
      if (this.#waiting <= MOST_S * scope.sampleRate) return;
      while (this.#waiting > KEPT_S * scope.sampleRate) this.#drop();
    };
  }

  /**
   * @param {Float32Array[][]} _inputs
   * @param {Float32Array[][]} outputs
   */
  process(_inputs, [[left, right]]) {
    if (!this.#isPlaying && this.#waiting < KEPT_S * scope.sampleRate) return true;
    this.#isPlaying = this.#waiting >= left.length;
    for (let i = 0; i < left.length && this.#queue.length > 0; i++) {
      const samples = this.#queue[0];
      left[i] = samples[this.#read++] / 32768;
      right[i] = samples[this.#read++] / 32768;
      this.#waiting--;
      if (this.#read + 1 >= samples.length) {
        this.#queue.shift();
        this.#read = 0;
      }
    }
    return true;
  }

  #drop() {
    const dropped = this.#queue.shift();
    if (dropped !== undefined) this.#waiting -= (dropped.length - this.#read) >> 1;
    this.#read = 0;
  }
}

scope.registerProcessor("listen", Listen);
