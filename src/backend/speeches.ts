/** From words in the making to speech in the making. */

import { msIn } from "../audio/mod.ts";
import type { SpokenText } from "./heard.ts";
import { isAsyncIterable, partsOf } from "./parts.ts";
import { readAhead } from "./read_ahead.ts";
import { requireSpeech, requireText } from "./require.ts";
import { SentenceSplitter } from "./sentence_splitter.ts";
import type { Parts, Speech, Step, StepOptions, VoiceBackend } from "./voice_backend.ts";

/** Speech of one sentence that is made before it is played, in ms: enough for a slow network. */
const AHEAD_MS = 3000;

/** One sentence and its sound. */
export interface SentenceSpeech {
  /** Its words, and how much of its sound is made. */
  readonly segment: SpokenText;
  /** Its sound, part by part, as far ahead as it is made. */
  readonly parts: AsyncGenerator<Speech, void, void>;
}

/** What {@link Speeches} are made of. */
export interface SpeechesOptions {
  readonly backend: VoiceBackend;
  readonly sessionId: string;
  readonly report?: StepOptions["report"];
  /** Asks for the words. */
  readonly words: (options: StepOptions) => Parts<string>;
}

/**
 * Words that become sentences that become sound, each while the one before it is played.
 *
 * It begins at once. The sound of a sentence is asked for when that of the one before has all come,
 * so that no two are made at a time and none has to be waited for.
 */
export class Speeches {
  /** The sentences so far. */
  readonly sentences: string[] = [];
  /** Resolves with the first of the words; never if there are none. */
  readonly begun: Promise<void>;
  /** The sentences with their sound; one is made ahead. */
  readonly items: AsyncGenerator<SentenceSpeech, void, void>;
  /** What failed first. */
  failedStep: Step | undefined;
  readonly #options: SpeechesOptions;
  readonly #step: StepOptions;
  readonly #abort = new AbortController();
  #begin: () => void = () => {};
  #before: Promise<void> = Promise.resolve();

  constructor(options: SpeechesOptions) {
    const { sessionId, report } = options;
    const { signal } = this.#abort;
    this.#options = options;
    this.#step = { signal, sessionId, report };
    this.begun = new Promise((resolve) => this.#begin = resolve);
    this.items = readAhead(this.#make(), { limit: 1, signal });
  }

  /** Nobody wants to hear it any more. */
  cancel(reason: unknown): void {
    this.#abort.abort(reason);
  }

  async *#make(): AsyncGenerator<SentenceSpeech, void, void> {
    const sentences = new SentenceSplitter();
    try {
      for await (const part of partsOf(this.#options.words(this.#step))) {
        requireText("generate", part);
        this.#begin();
        for (const sentence of sentences.push(part)) yield this.#speech(sentence);
      }
    } catch (error) {
      this.failedStep ??= "generate";
      throw error;
    }
    for (const sentence of sentences.flush()) yield this.#speech(sentence);
  }

  #speech(text: string): SentenceSpeech {
    this.sentences.push(text);
    const segment = { text, durationMs: 0, isWhole: false };
    const before = this.#before;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#before = promise;
    const parts = readAhead(this.#speak(segment, before, resolve), {
      limit: AHEAD_MS,
      weigh: ({ samples, sampleRate }) => msIn(samples.length, sampleRate),
      signal: this.#abort.signal,
    });
    return { segment, parts };
  }

  async *#speak(
    segment: { readonly text: string; durationMs: number; isWhole: boolean },
    before: Promise<void>,
    done: () => void,
  ): AsyncGenerator<Speech, void, void> {
    await before;
    try {
      if (this.#abort.signal.aborted) return;
      const sound = await this.#options.backend.speak(segment.text, this.#step);
      const isStream = isAsyncIterable(sound);
      for await (const part of partsOf<Speech>(sound)) {
        requireSpeech(part, "what speak gives");
        segment.durationMs += msIn(part.samples.length, part.sampleRate);
        segment.isWhole = !isStream;
        if (part.samples.length === 0) continue;
        // A copy: who makes parts may make each in the same buffer, and this one is played later.
        yield isStream ? { ...part, samples: part.samples.slice() } : part;
      }
      segment.isWhole = true;
    } catch (error) {
      this.failedStep ??= "speak";
      throw error;
    } finally {
      done();
    }
  }
}
