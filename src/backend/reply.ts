/** One turn of the agent: hear, think, speak. */

import { abortable } from "@std/async";
import { type AudioFrame, msIn } from "../audio/mod.ts";
import { type Clock, within } from "../clock/mod.ts";
import type { BackendEvent, FailedStep } from "./backend_event.ts";
import type { Conversation } from "./conversation_options.ts";
import type { SpokenText } from "./heard.ts";
import { type Phrases, sigh } from "./phrases.ts";
import { requireSpeech, requireText } from "./require.ts";
import type { Talk } from "./speaker.ts";
import { SpokenWords } from "./spoken_words.ts";
import { Speeches } from "./speeches.ts";
import { SpeechFramer } from "./speech_framer.ts";
import type {
  CallInfo,
  HistoryEntry,
  Prompt,
  Speech,
  StepOptions,
  VoiceBackend,
} from "./voice_backend.ts";

/** What the caller did not get to hear of a reply: the answer to a question, or the rest of one. */
export interface Lost {
  readonly kind: "question" | "rest";
  readonly text: string;
}

/** What a {@link Reply} needs to know. */
export interface ReplyContext {
  readonly backend: VoiceBackend;
  readonly call: CallInfo;
  readonly clock: Clock;
  readonly conversation: Conversation;
  /** What can be said without the backend. */
  readonly phrases?: Phrases;
  /** The conversation so far. A reply adds what the caller said. */
  readonly history: HistoryEntry[];
  readonly emit: (event: BackendEvent) => void;
  readonly report?: StepOptions["report"];
}

/** Where the words of the caller come from, and what is there already. */
export interface Question {
  /** Resolves with what the caller said. */
  readonly hear: () => Promise<string>;
  /** The answer that was prepared, and to what, when the words are there. */
  readonly prepared?: () => { readonly text: string; readonly speeches: Speeches } | undefined;
  /** What to go on with if the caller has said nothing. */
  readonly lost?: Lost;
  /** Whether the caller has said nothing for the second time, though at length: then it is told so. */
  readonly isDeaf?: (text: string) => boolean;
}

/** An answer in the making. Its frames are made as they are pulled. */
export class Reply implements Talk {
  /** Its words so far. */
  readonly words: SpokenWords = new SpokenWords();
  /** Somebody else speaks: what it has to say is not waited for. */
  isWaiting = false;
  /** What it answers; undefined while that is not understood. */
  question: string | undefined;
  /** What failed, if something did. */
  failedStep: FailedStep | undefined;
  readonly #context: ReplyContext;
  readonly #framer = new SpeechFramer();
  readonly #abort = new AbortController();
  #speeches: Speeches | undefined;
  #isInSentence = false;

  constructor(context: ReplyContext) {
    this.#context = context;
  }

  /** Fires when the reply is no longer wanted. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** What it has thought of and not begun to speak. */
  get unspoken(): string {
    return (this.#speeches?.sentences ?? []).slice(this.words.begun).join(" ");
  }

  /** Whether others may speak now: no sentence is under way, and none is about to begin for sure. */
  get isBetween(): boolean {
    return !this.#isInSentence;
  }

  /** The frames that end what it has said so far, where it goes on later. */
  rest(): AudioFrame[] {
    return this.#framer.end();
  }

  /** Ends the reply, whatever step it is in. */
  cancel(reason: unknown): void {
    this.#abort.abort(reason);
    this.#speeches?.cancel(reason);
  }

  /** The frames that say what `prompt` resolves to; none if that is nothing. */
  async *say(
    prompt: () => Promise<string | Speech | Prompt | null | void>,
    onPrompt: (prompt: string | Speech | Prompt) => void = () => {},
  ): AsyncGenerator<AudioFrame, void, void> {
    const said = this.#say(prompt, onPrompt);
    yield* this.#inTime(said, []);
    yield* this.#framer.end();
  }

  /** The frames of words that were prepared. */
  async *phrase(text: string): AsyncGenerator<AudioFrame, void, void> {
    if (text === "") return;
    yield* this.#phrase(text);
    yield* this.#framer.end();
  }

  /** The frames that answer a question; none if nothing was said. */
  async *answer(question: Question): AsyncGenerator<AudioFrame, void, void> {
    yield* this.#inTime(this.#answer(question), this.#context.conversation.filler.say);
    yield* this.#framer.end();
  }

  async *#say(
    prompt: () => Promise<string | Speech | Prompt | null | void>,
    onPrompt: (prompt: string | Speech | Prompt) => void,
  ): AsyncGenerator<AudioFrame, void, void> {
    const what = await this.#during("prompt", prompt);
    if (!what || this.signal.aborted) return;
    // What it is is known: it is said before anything else.
    this.#isInSentence = true;
    onPrompt(what);
    const say = typeof what === "object" && "say" in what ? what.say : what;
    if (typeof say === "string") return yield* this.#speak(this.#speechesOf(() => say));
    await this.#during("prompt", () => requireSpeech(say));
    yield* this.#play(segmentOf("", [say]), [say]);
  }

  async *#answer(asked: Question): AsyncGenerator<AudioFrame, void, void> {
    const text = await this.#during("transcribe", async () => {
      const heard = await asked.hear();
      requireText("transcribe", heard);
      return heard.trim();
    });
    const { lost } = asked;
    const prepared = asked.prepared?.();
    if (this.signal.aborted) return;
    const { history, emit } = this.#context;
    emit({ type: "transcript", text });
    const isDeaf = asked.isDeaf?.(text) === true;
    this.question = text;
    if (text !== "") {
      history.push({ role: "caller", text });
      if (prepared?.text === text) return yield* this.#speak(prepared.speeches);
      prepared?.speeches.cancel(new DOMException("The caller said something else", "AbortError"));
      return yield* this.#think(text);
    }
    if (lost === undefined) {
      const { apology } = this.#context.conversation.failure;
      if (!isDeaf || apology === false) return;
      emit({ type: "apology" });
      return yield* this.#phrase(apology);
    }
    emit({ type: "resume", text: lost.text });
    if (lost.kind === "rest") return yield* this.#speak(this.#speechesOf(() => lost.text));
    this.question = lost.text;
    yield* this.#think(lost.text);
  }

  /** What `ask` gives; if it fails, that is the step that failed. */
  async #during<T>(step: FailedStep, ask: () => T | Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      this.failedStep = step;
      throw error;
    }
  }

  #think(text: string): AsyncGenerator<AudioFrame, void, void> {
    return this.#speak(thinkOf(text, this.#context));
  }

  #speechesOf(words: () => string): Speeches {
    const { backend, call, report } = this.#context;
    return new Speeches({ backend, sessionId: call.sessionId, report, words });
  }

  async *#speak(speeches: Speeches): AsyncGenerator<AudioFrame, void, void> {
    const { emit } = this.#context;
    this.#speeches = speeches;
    // It may be over since this reply was asked for.
    if (this.signal.aborted) return speeches.cancel(this.signal.reason);
    if (this.question) void speeches.begun.then(() => emit({ type: "first-token" }));
    try {
      for await (const { segment, parts } of speeches.items) {
        yield* this.#play(segment, parts);
      }
    } catch (error) {
      this.failedStep = speeches.failedStep;
      throw error;
    }
    emit({ type: "reply-end", text: speeches.sentences.join(" ") });
  }

  async *#play(
    segment: SpokenText,
    parts: AsyncIterable<Speech> | Iterable<Speech>,
    framer: SpeechFramer = this.#framer,
  ): AsyncGenerator<AudioFrame, void, void> {
    let isFirst = true;
    this.#isInSentence = true;
    for await (const part of parts) {
      if (isFirst) {
        framer.begin(segment.text);
        isFirst = false;
      }
      yield* this.words.mark(framer.push(part), segment);
    }
    yield* this.words.mark(framer.flush(), segment);
    this.#isInSentence = false;
  }

  /** The frames of words that were prepared; those of an aside have a framer of their own. */
  #phrase(text: string, aside?: SpeechFramer): AsyncGenerator<AudioFrame, void, void> {
    const parts = this.#context.phrases?.get(text);
    const isAside = aside !== undefined;
    if (parts !== undefined) {
      return this.#play({ ...segmentOf(text, parts), isAside }, parts, aside);
    }
    // A tone says no words, so that none of them are in the history.
    const tone = [sigh()];
    return this.#play({ ...segmentOf("", tone), isAside: true }, tone, aside);
  }

  /** The frames of `frames`, with words in between while the first is waited for, but not for ever. */
  async *#inTime(
    frames: AsyncGenerator<AudioFrame, void, void>,
    fillers: readonly string[],
  ): AsyncGenerator<AudioFrame, void, void> {
    const { clock, conversation, emit } = this.#context;
    const { firstAudioMs, filler } = conversation;
    let limitAt = clock.now() + firstAudioMs;
    const first = abortable(frames.next(), this.signal);
    first.catch(() => {});
    const isThere = (ms: number) => within(clock, first, Math.min(ms, limitAt - clock.now()));
    // The answer may begin while the caller is still told to wait.
    const aside = new SpeechFramer();
    for (const say of fillers) {
      if (await isThere(filler.afterMs) || clock.now() >= limitAt || this.isWaiting) break;
      emit({ type: "filler" });
      yield* this.#phrase(say, aside);
    }
    while (!await isThere(Infinity)) {
      if (this.isWaiting) {
        // Perhaps for whoever speaks now: a reply that asks for keys.
        limitAt = clock.now() + firstAudioMs;
        continue;
      }
      this.failedStep = "first-audio";
      throw new DOMException(`The first sound took longer than ${firstAudioMs} ms`, "TimeoutError");
    }
    let next = await first;
    if (next.done) yield* aside.end();
    for (; !next.done; next = await frames.next()) yield next.value;
  }
}

/** Words whose sound is all there. */
function segmentOf(text: string, parts: readonly Speech[]): SpokenText {
  const lengths = parts.map(({ samples, sampleRate }) => msIn(samples.length, sampleRate));
  return { text, durationMs: lengths.reduce((sum, ms) => sum + ms, 0) };
}

/** The answer to what the caller said, which begins to be made at once. */
export function thinkOf(
  text: string,
  context: Pick<ReplyContext, "backend" | "call" | "history" | "report">,
): Speeches {
  const { backend, call, report } = context;
  // What the caller said just now is the question, and not what was before it.
  const last = context.history.at(-1);
  const isLast = last?.role === "caller" && last.text === text;
  const history = isLast ? context.history.slice(0, -1) : context.history.slice();
  const words = (options: StepOptions) => backend.generate(text, call.sessionId, history, options);
  return new Speeches({ backend, sessionId: call.sessionId, report, words });
}
