/** From the speech a backend returns to frames. */

import { type AudioFrame, FRAME_MS, Framer, frameSamples, samplesIn } from "../audio/mod.ts";
import type { Speech } from "./voice_backend.ts";

/**
 * Cuts speech of any length and rate into frames of 20 ms.
 *
 * Parts of one rate join without a seam; `flush` ends them with a frame filled up with silence.
 */
export class SpeechFramer {
  #framer: Framer | undefined;
  #sampleRate = 0;
  #positionMs = 0;
  #text: string | undefined;

  /** The next frame is the first of the speech of `text`. */
  begin(text: string): void {
    this.#text = text;
  }

  /** Takes a part of the speech, which `requireSpeech` has passed; returns the frames that are full. */
  push(speech: Speech): AudioFrame[] {
    const frames = speech.sampleRate === this.#sampleRate ? [] : this.flush();
    if (this.#framer === undefined) {
      this.#sampleRate = speech.sampleRate;
      this.#framer = new Framer(frameSamples(speech.sampleRate));
    }
    for (const samples of this.#framer.push(speech.samples)) frames.push(this.#frame(samples));
    return frames;
  }

  /** The last frame, filled up with silence, if anything is left. */
  flush(): AudioFrame[] {
    const rest = this.#framer?.flush();
    const frames = rest === undefined ? [] : [this.#frame(rest)];
    this.#framer = undefined;
    return frames;
  }

  /**
   * The last frames of the turn: what is left, then one of silence that is marked `endOfTurn` and
   * pushes the end of the speech through every filter on its way. None if there was no speech.
   */
  end(): AudioFrame[] {
    if (this.#sampleRate === 0) return [];
    const silence = new Int16Array(frameSamples(this.#sampleRate));
    return [...this.flush(), { ...this.#frame(silence), endOfTurn: true }];
  }

  #frame(samples: Int16Array): AudioFrame {
    const timestamp = samplesIn(this.#positionMs, this.#sampleRate);
    this.#positionMs += FRAME_MS;
    const text = this.#text;
    this.#text = undefined;
    const frame = { sampleRate: this.#sampleRate, samples, timestamp };
    return text === undefined ? frame : { ...frame, text };
  }
}
