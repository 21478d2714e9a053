// @ts-check
/** How loud both sides of a recording are, read from its WAV file while that comes. */

import { SLOT_MS } from "./level_ring.js";

/** The chunk that holds the sound, and the one that says what it is. */
const [DATA, FORMAT] = ["data", "fmt "];
/** What WAV calls 16-bit numbers. */
const PCM = 1;

/** Reads a file of 16-bit PCM of one channel or two, piece by piece; the sound is not kept. */
export class WavPeaks {
  /** The peaks of each 50 ms, 0..1, by channel: the caller is the first, the agent the second. @type {number[][]} */
  peaks = [];
  sampleRate = 0;
  #rest = new Uint8Array(0);
  #isBegun = false;
  #isData = false;
  /** Bytes of a chunk that is passed over. */
  #skip = 0;
  #frames = 0;

  /** The length of what was read, in ms. */
  get durationMs() {
    return this.sampleRate === 0 ? 0 : 1000 * this.#frames / this.sampleRate;
  }

  /**
   * @param {Uint8Array} bytes
   * @throws {SyntaxError} for what is no such file
   */
  push(bytes) {
    let all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    while (!this.#isData) {
      const used = this.#head(all);
      if (used === 0) {
        this.#rest = all;
        return;
      }
      all = all.subarray(used);
    }
    const size = 2 * this.peaks.length;
    const whole = all.length - all.length % size;
    this.#sound(new DataView(all.buffer, all.byteOffset, whole));
    this.#rest = all.slice(whole);
  }

  /** @param {Uint8Array} bytes @returns {number} how many of them are read; 0 when more are needed */
  #head(bytes) {
    if (this.#skip > 0) {
      const used = Math.min(this.#skip, bytes.length);
      this.#skip -= used;
      return used;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (!this.#isBegun) {
      if (bytes.length < 12) return 0;
      if (tag(view, 8) !== "WAVE") throw new SyntaxError("The recording is no WAV file.");
      this.#isBegun = true;
      return 12;
    }
    if (bytes.length < 8) return 0;
    const [name, length] = [tag(view, 0), view.getUint32(4, true)];
    if (name === DATA) {
      if (this.peaks.length === 0) throw new SyntaxError("The recording does not say what it is.");
      this.#isData = true;
      return 8;
    }
    if (name !== FORMAT) {
      this.#skip = length + length % 2;
      return 8;
    }
    if (bytes.length < 8 + length) return 0;
    this.#format(view);
    return 8 + length + length % 2;
  }

  /** @param {DataView} view */
  #format(view) {
    const [coding, channels, bits] = [
      view.getUint16(8, true),
      view.getUint16(10, true),
      view.getUint16(22, true),
    ];
    if (coding !== PCM || bits !== 16 || channels < 1 || channels > 2) {
      throw new SyntaxError("The recording is no WAV file of 16-bit PCM.");
    }
    this.sampleRate = view.getUint32(12, true);
    this.peaks = Array.from({ length: channels }, () => []);
  }

  /** @param {DataView} view */
  #sound(view) {
    const channels = this.peaks.length;
    const perSlot = this.sampleRate * SLOT_MS / 1000;
    for (let at = 0; at < view.byteLength; at += 2 * channels) {
      const slot = Math.floor(this.#frames++ / perSlot);
      for (let channel = 0; channel < channels; channel++) {
        const level = Math.abs(view.getInt16(at + 2 * channel, true)) / 32768;
        const peaks = this.peaks[channel];
        if (!(peaks[slot] >= level)) peaks[slot] = level;
      }
    }
  }
}

/** @param {DataView} view @param {number} at */
function tag(view, at) {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
