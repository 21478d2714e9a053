/** One turn of the agent: hear, think, speak. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import type { SpokenText } from "./heard.ts";
import { isAsyncIterable, partsOf } from "./parts.ts";
import { requireSpeech, requireText } from "./require.ts";
import { SentenceSplitter } from "./sentence_splitter.ts";
import { SpeechFramer } from "./speech_framer.ts";
import type { Utterance } from "./utterance_collector.ts";
import type {
  CallInfo,
  HistoryEntry,
  Prompt,
  Speech,
  StepOptions,
  VoiceBackend,
} from "./voice_backend.ts";

/** What a {@link Reply} needs to know. */
export interface ReplyContext {
  readonly backend: VoiceBackend;
  readonly call: CallInfo;
  /** The agent's turn: the number of the caller's turn it answers; 0 for the greeting. */
  readonly turn: number;
  /** The conversation so far. A reply adds what the caller said. */
  readonly history: HistoryEntry[];
}

/** An answer in the making. Its frames are made as they are pulled. */
export class Reply {
  readonly turn: number;
  /** The sentences spoken so far, with the length of their speech. */
  readonly spoken: SpokenText[] = [];
  /** The caller's words are in the history, or there were none. */
  hasHeard = false;
  /** A step of it failed. */
  hasFailed = false;
  readonly #context: ReplyContext;
  readonly #framer: SpeechFramer;
  readonly #abort = new AbortController();
  readonly #options: StepOptions;

  constructor(context: ReplyContext) {
    this.turn = context.turn;
    this.#context = context;
    this.#framer = new SpeechFramer(context.turn);
    this.#options = { signal: this.#abort.signal, sessionId: context.call.sessionId };
  }

  /** Fires when the reply is no longer wanted. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Ends the reply, whatever step it is in. */
  cancel(reason: unknown): void {
    this.#abort.abort(reason);
  }

  /** The frames that greet a caller; none if the backend has no greeting. */
  async *greet(): AsyncGenerator<AudioFrame, void, void> {
    const greeting = await this.#context.backend.onCallStart?.(this.#context.call);
    if (greeting) yield* this.#prompt(greeting);
    yield* this.#framer.end();
  }

  async *#prompt(prompt: string | Speech | Prompt): AsyncGenerator<AudioFrame, void, void> {
    const say = typeof prompt === "object" && "say" in prompt ? prompt.say : prompt;
    if (typeof say === "string") yield* this.#speakSentences(say);
    else yield* this.#play("", say);
  }

  /** The frames that answer an utterance; none if nothing was said. */
  async *answer(utterance: Utterance): AsyncGenerator<AudioFrame, void, void> {
    const { backend, call, history } = this.#context;
    const { samples, sampleRate } = utterance;
    let text = "";
    for await (const part of partsOf(backend.transcribe(samples, sampleRate, this.#options))) {
      requireText("transcribe", part);
      text += part;
    }
    text = text.trim();
    if (this.signal.aborted) return;
    this.hasHeard = true;
    if (text === "") return;
    const before = history.slice();
    history.push({ role: "caller", text });
    const answer = backend.generate(text, call.sessionId, before, this.#options);
    yield* this.#speakSentences(answer);
    yield* this.#framer.end();
  }

  async *#speakSentences(
    text: ReturnType<VoiceBackend["generate"]>,
  ): AsyncGenerator<AudioFrame, void, void> {
    const sentences = new SentenceSplitter();
    for await (const part of partsOf(text)) {
      requireText("generate", part);
      for (const sentence of sentences.push(part)) yield* this.#speak(sentence);
    }
    for (const sentence of sentences.flush()) yield* this.#speak(sentence);
  }

  async *#speak(sentence: string): AsyncGenerator<AudioFrame, void, void> {
    yield* this.#play(sentence, this.#context.backend.speak(sentence, this.#options));
  }

  async *#play(
    text: string,
    speech: ReturnType<VoiceBackend["speak"]>,
  ): AsyncGenerator<AudioFrame, void, void> {
    const sound = await speech;
    const segment = { text, durationMs: 0, isWhole: !isAsyncIterable(sound) };
    for await (const part of partsOf<Speech>(sound)) {
      requireSpeech(part);
      if (part.samples.length === 0) continue;
      if (segment.durationMs === 0) {
        // Only what sounds is noted, as the ledger notes only what it has sent.
        this.#framer.begin(text);
        this.spoken.push(segment);
      }
      segment.durationMs += msIn(part.samples.length, part.sampleRate);
      yield* this.#framer.push(part);
    }
    segment.isWhole = true;
    yield* this.#framer.flush();
  }
}
