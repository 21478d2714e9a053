/** The stage in which a {@link VoiceBackend} holds the conversation. */

import { abortable } from "@std/async";
import type { AudioFrame } from "../audio/mod.ts";
import { type PlayedText, splitHeard } from "./heard.ts";
import { Reply } from "./reply.ts";
import {
  joinUtterances,
  type Utterance,
  UtteranceCollector,
  type UtteranceCollectorOptions,
} from "./utterance_collector.ts";
import type { CallInfo, HistoryEntry, VoiceBackend } from "./voice_backend.ts";

/** What is kept of utterances that were not understood before the caller went on, in ms. */
const KEPT_MS = 60_000;

/** How {@link BackendStream} is tied to the rest of a call. */
export interface BackendStreamOptions extends UtteranceCollectorOptions {
  /** Called when the caller's turn `turn` begins: what was said in earlier turns must stop. */
  readonly onInterrupt?: (turn: number) => void;
  /** What of the agent's turn `turn` has left for the caller; all of it is assumed if not given. */
  readonly played?: (turn: number) => readonly PlayedText[];
  /** Told of every failure of the backend. The conversation goes on. */
  readonly onError?: (error: unknown) => void;
  /** The conversation so far, kept up to date here. @default [] */
  readonly history?: HistoryEntry[];
}

/**
 * Frames of the caller in, frames of the agent out, one reply for each turn of the caller.
 *
 * The two sides are independent: frames are always taken in, so that a caller who speaks over the
 * agent is noticed while the agent's speech waits to be played; and speech is made only as fast as
 * it is pulled. When the caller speaks again, the reply under way is cancelled.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BackendStream, mock } from "@sofia/phone/backend";
 *
 * const call = { sessionId: "1", from: { user: "alice" }, to: { user: "bot" }, headers: {} };
 * const backend = mock({ script: [{ hears: "Hello?", says: "Good day." }] });
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * const frames = ReadableStream.from([{ ...frame, turn: 1, endOfTurn: true }])
 *   .pipeThrough(new BackendStream(backend, call));
 * for await (const { text } of frames) {
 *   assert.equal(text, "Good day.");
 *   break;
 * }
 * ```
 */
export class BackendStream implements ReadableWritablePair<AudioFrame, AudioFrame> {
  /** Takes the caller's frames, with their turns marked. Never waits for the other side. */
  readonly writable: WritableStream<AudioFrame>;
  /** Gives the agent's frames, of any rate, 20 ms each. */
  readonly readable: ReadableStream<AudioFrame>;
  readonly #backend: VoiceBackend;
  readonly #call: CallInfo;
  readonly #options: BackendStreamOptions;
  readonly #history: HistoryEntry[];
  #input: WritableStreamDefaultController | undefined;
  #output: ReadableStreamDefaultController<AudioFrame> | undefined;
  #reply: Reply | undefined;
  #frames: AsyncGenerator<AudioFrame, void, void> | undefined;
  /** What the reply under way answers. */
  #answering: Utterance | undefined;
  /** What the caller said before it went on, so soon that nobody has understood it yet. */
  #unheard: Utterance | undefined;
  #turn = 0;
  #ended = false;
  #stopped = false;
  #wake: () => void = () => {};

  /** Greets at once; the conversation begins with the first frame. */
  constructor(backend: VoiceBackend, call: CallInfo, options: BackendStreamOptions = {}) {
    this.#backend = backend;
    this.#call = call;
    this.#options = options;
    this.#history = options.history ?? [];
    const utterances = new UtteranceCollector(options);
    this.writable = new WritableStream({
      start: (controller) => void (this.#input = controller),
      write: (frame) => {
        if (frame.turn !== undefined && frame.turn > this.#turn) this.#interrupt(frame.turn);
        const utterance = utterances.push(frame);
        if (utterance !== undefined) this.#answer(utterance);
      },
      close: () => {
        this.#ended = true;
        this.#wake();
      },
      abort: (reason) => {
        this.#stop(reason);
        // Or the rest of the chain would wait for ever for a conversation that is over.
        this.#output?.error(reason);
      },
    });
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#output = controller;
        this.#begin((reply) => reply.greet());
      },
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => {
        this.#input?.error(reason);
        this.#stop(reason);
      },
    });
  }

  #answer(utterance: Utterance): void {
    const lost = this.#unheard;
    const whole = lost === undefined ? utterance : joinUtterances(lost, utterance, KEPT_MS);
    this.#unheard = undefined;
    this.#begin((reply) => reply.answer(whole));
    this.#answering = whole;
  }

  #begin(frames: (reply: Reply) => AsyncGenerator<AudioFrame, void, void>): void {
    this.#settle(new DOMException("Another turn begins", "AbortError"));
    const context = { backend: this.#backend, call: this.#call, history: this.#history };
    this.#reply = new Reply({ ...context, turn: this.#turn });
    this.#frames = frames(this.#reply);
    this.#wake();
  }

  #interrupt(turn: number): void {
    this.#turn = turn;
    this.#options.onInterrupt?.(turn);
    const reply = this.#reply;
    const wasSpeaking = this.#frames !== undefined;
    if (reply !== undefined && !reply.hasHeard && !reply.hasFailed) this.#unheard = this.#answering;
    const { heard, unheard } = this.#settle(new DOMException("The caller speaks", "AbortError"));
    if (reply?.hasFailed || (unheard === "" && !wasSpeaking)) return;
    const last = this.#history.at(-1);
    if (heard !== "" && last !== undefined) {
      this.#history[this.#history.length - 1] = { ...last, interrupted: true };
    }
    if (unheard !== "") {
      this.#tell(() => this.#backend.onInterrupt?.({ heard, unheard }, this.#call));
    }
  }

  /** Ends the current reply and writes down what of it was heard. */
  #settle(reason: unknown): { readonly heard: string; readonly unheard: string } {
    const reply = this.#reply;
    if (reply === undefined) return { heard: "", unheard: "" };
    reply.cancel(reason);
    // Queued behind the step under way, so that it can clean up when that ever returns.
    this.#frames?.return().catch(() => {});
    this.#reply = undefined;
    this.#frames = undefined;
    this.#answering = undefined;
    const played = this.#options.played?.(reply.turn) ??
      reply.spoken.map(({ text, durationMs }) => ({ text, heardMs: durationMs }));
    const { heard, unheard } = splitHeard(reply.spoken, played);
    if (heard !== "") this.#history.push({ role: "agent", text: heard });
    return { heard, unheard };
  }

  async #pull(controller: ReadableStreamDefaultController<AudioFrame>): Promise<void> {
    for (;;) {
      const frames = this.#frames;
      if (frames === undefined) {
        if (this.#stopped) return;
        if (this.#ended) return controller.close();
        await new Promise<void>((resolve) => this.#wake = resolve);
        continue;
      }
      const frame = await this.#next(frames, this.#reply!);
      if (frames !== this.#frames) continue; // Interrupted meanwhile.
      if (frame !== undefined) return controller.enqueue(frame);
      this.#frames = undefined;
    }
  }

  /** The next frame of a reply, or undefined when it is over, cancelled or has failed. */
  async #next(
    frames: AsyncGenerator<AudioFrame, void, void>,
    reply: Reply,
  ): Promise<AudioFrame | undefined> {
    try {
      const { value } = await abortable(frames.next(), reply.signal);
      return value ?? undefined;
    } catch (error) {
      if (!reply.signal.aborted) {
        reply.hasFailed = true;
        this.#options.onError?.(error);
        this.#tell(() => this.#backend.onError?.(error, this.#call));
      }
      return undefined;
    }
  }

  #stop(reason: unknown): void {
    this.#stopped = true;
    this.#settle(reason);
    this.#wake();
  }

  /** Calls one of the backend's listeners; its failure is reported and ends nothing. */
  #tell(listener: () => void | Promise<void>): void {
    Promise.resolve().then(listener).catch((error) => this.#options.onError?.(error));
  }
}
