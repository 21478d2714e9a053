/** The simplest voice detection: a voice is loud, its end is a pause. */
import { rmsLevel } from "../../../src/audio/mod.ts";

/** Samples in 20 ms of 8,000 Hz. */
const WINDOW = 160;
const LOUD_DB = -40;
/** Loud for so many ms in a row is a voice. */
const ONSET_MS = 100;

/** What changed. */
export type VoiceChange = { readonly type: "started" | "stopped"; readonly atMs: number };

/** Finds where a voice at 8,000 Hz begins and ends. */
export class EnergyVad {
  readonly #silenceMs: number;
  #rest = new Int16Array();
  #ms = 0;
  #loudMs = 0;
  #quietMs = 0;
  #isVoice = false;

  /** A pause of `silenceMs` ends a voice. */
  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  /** How much it has heard, in ms. */
  get heardMs(): number {
    return this.#ms;
  }

  /** Hears more; tells each change, in order. */
  push(samples: Int16Array): VoiceChange[] {
    const changes: VoiceChange[] = [];
    const sound = new Int16Array(this.#rest.length + samples.length);
    sound.set(this.#rest);
    sound.set(samples, this.#rest.length);
    let at = 0;
    for (; at + WINDOW <= sound.length; at += WINDOW) {
      const change = this.#window(sound.subarray(at, at + WINDOW));
      if (change !== undefined) changes.push(change);
    }
    this.#rest = sound.slice(at);
    return changes;
  }

  #window(samples: Int16Array): VoiceChange | undefined {
    this.#ms += 20;
    const isLoud = rmsLevel(samples) > LOUD_DB;
    this.#loudMs = isLoud ? this.#loudMs + 20 : 0;
    this.#quietMs = isLoud ? 0 : this.#quietMs + 20;
    if (!this.#isVoice && this.#loudMs >= ONSET_MS) {
      this.#isVoice = true;
      return { type: "started", atMs: this.#ms - ONSET_MS };
    }
    if (this.#isVoice && this.#quietMs >= this.#silenceMs) {
      this.#isVoice = false;
      return { type: "stopped", atMs: this.#ms };
    }
    return undefined;
  }
}
