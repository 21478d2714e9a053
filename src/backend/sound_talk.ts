/** A sound that is said as it is, without a backend. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import type { Speech } from "./voice_backend.ts";
import { requireSpeech } from "./require.ts";
import type { Talk } from "./speaker.ts";
import { SpeechFramer } from "./speech_framer.ts";
import { SpokenWords } from "./spoken_words.ts";

/** A {@link Speech} as one who says it. */
export class SoundTalk implements Talk {
  readonly words: SpokenWords = new SpokenWords();
  isWaiting = false;
  readonly isBetween = false;
  readonly #sound: Speech;
  readonly #framer = new SpeechFramer();
  readonly #abort = new AbortController();

  constructor(sound: Speech) {
    this.#sound = sound;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The sound. Fails with a TypeError or RangeError for what is none. */
  async *frames(): AsyncGenerator<AudioFrame, void, void> {
    const sound = this.#sound;
    requireSpeech(sound);
    const durationMs = msIn(sound.samples.length, sound.sampleRate);
    this.#framer.begin("");
    yield* this.words.mark(this.#framer.push(sound), { text: "", durationMs });
    yield* this.#framer.end();
  }

  rest(): AudioFrame[] {
    return this.#framer.end();
  }

  cancel(reason: unknown): void {
    this.#abort.abort(reason);
  }
}
