/** From the sound of a caller's turn to its words. */

import { abortable } from "@std/async";
import { msIn } from "../audio/mod.ts";
import { type Clock, within } from "../clock/mod.ts";
import { isAsyncIterable, partsOf } from "./parts.ts";
import { requireText, shown } from "./require.ts";
import type { Utterance } from "./utterance_collector.ts";
import type { StepOptions, VoiceBackend } from "./voice_backend.ts";

/** A turn of this length without a word is heard again, in ms: it was more than a noise. */
const DEAF_MS = 2000;

/** What a {@link Hearing} needs. */
export interface HearingOptions {
  readonly backend: VoiceBackend;
  readonly clock: Clock;
  readonly sessionId: string;
  /** Hz of the caller's sound. */
  readonly sampleRate: number;
  /** How long the last word may take once the turn is over, in ms. */
  readonly lastWordMs: number;
  readonly report?: StepOptions["report"];
  /** Told what was understood so far. */
  readonly onPartial: (text: string) => void;
  /** Told when the stream of words broke, and the turn is heard again as a whole. */
  readonly onRestart: (error: unknown) => void;
}

/** One turn of the caller on its way to be understood, while it is spoken where the backend can. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #step: StepOptions;
  readonly #abort = new AbortController();
  #audio: ReadableStreamDefaultController<Int16Array> | undefined;
  #words: Promise<void> | undefined;
  #latest: string | undefined;

  constructor(options: HearingOptions) {
    const { backend, sessionId, report, sampleRate } = options;
    this.#options = options;
    this.#step = { signal: this.#abort.signal, sessionId, report };
    if (backend.transcribeStream === undefined) return;
    const audio = new ReadableStream<Int16Array>({
      start: (controller) => void (this.#audio = controller),
      cancel: () => void (this.#audio = undefined),
    });
    this.#words = this.#follow(audio, sampleRate);
    this.#words.catch(() => {});
  }

  /** Whether it hears while the caller speaks. */
  get isLive(): boolean {
    return this.#words !== undefined;
  }

  /** What was understood so far; undefined while nothing was, or where the backend cannot tell. */
  get latest(): string | undefined {
    return this.#latest;
  }

  /** Takes the next sound of the turn. */
  push(samples: Int16Array): void {
    // A copy: a backend may give its own away, to a worker, and the turn is gathered from these.
    this.#audio?.enqueue(samples.slice());
  }

  /**
   * What the caller said, now that the turn is over.
   *
   * @param isWhole false if `utterance` begins before what was pushed: it is then heard anew
   */
  async finish(utterance: Utterance, isWhole = true): Promise<string> {
    this.#close();
    this.#abort.signal.throwIfAborted();
    if (this.#words !== undefined && isWhole) {
      try {
        const words = abortable(this.#words, this.#abort.signal);
        if (!await within(this.#options.clock, words, this.#options.lastWordMs)) {
          const limit = `${this.#options.lastWordMs} ms`;
          throw new DOMException(`The last word took longer than ${limit}`, "TimeoutError");
        }
        await words;
        if (this.#latest || msIn(utterance.samples.length, utterance.sampleRate) < DEAF_MS) {
          return this.#latest ?? "";
        }
        throw new Error("The stream of words ended without a word");
      } catch (error) {
        if (this.#abort.signal.aborted) throw error;
        this.#options.onRestart(error);
      }
    }
    const { backend } = this.#options;
    const { sampleRate } = utterance;
    // A copy, too: the caller may go on, and the turn is then heard again with what follows.
    const samples = utterance.samples.slice();
    let text = "";
    for await (const part of partsOf(backend.transcribe(samples, sampleRate, this.#step))) {
      requireText("transcribe", part);
      text += part;
    }
    return text;
  }

  /** Nobody wants to know any more. */
  cancel(reason: unknown): void {
    this.#close();
    this.#abort.abort(reason);
  }

  #close(): void {
    this.#audio?.close();
    this.#audio = undefined;
  }

  async #follow(audio: ReadableStream<Int16Array>, sampleRate: number): Promise<void> {
    // Now rather than later, and yet what it throws is a rejection.
    const words = this.#options.backend.transcribeStream!(audio, sampleRate, this.#step);
    if (!isAsyncIterable(words)) {
      throw new TypeError(
        "Cannot hear a turn as transcribeStream gives a stream of strings: " +
          `current value is ${shown(words)}`,
      );
    }
    for await (const text of words) {
      requireText("transcribeStream", text);
      if (this.#abort.signal.aborted) return;
      this.#latest = text;
      this.#options.onPartial(text);
    }
  }
}
