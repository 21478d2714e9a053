/** The stage in which a {@link VoiceBackend} holds the conversation. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import { type Clock, SystemClock } from "../clock/mod.ts";
import { AgentTurns } from "./agent_turns.ts";
import type { BackendEvent } from "./backend_event.ts";
import { type AskedTurn, CallerTurns, type TurnBefore } from "./caller_turns.ts";
import {
  type Conversation,
  conversationFrom,
  type ConversationOptions,
} from "./conversation_options.ts";
import type {
  Announcement,
  ConnectOptions,
  Floor,
  FloorOptions,
  Guest,
  Said,
  SayOptions,
} from "./floor.ts";
import type { PlayedText } from "./heard.ts";
import type { PlayoutTimes } from "./playout_watch.ts";
import { FloorDesk } from "./floor_desk.ts";
import { NoInputWatch } from "./no_input.ts";
import { opening } from "./opening.ts";
import type { Phrases } from "./phrases.ts";
import type { Lost, Reply } from "./reply.ts";
import type { SpeechProgress } from "./speech_progress.ts";
import type { Utterance, UtteranceCollectorOptions } from "./utterance_collector.ts";
import type { CallInfo, HistoryEntry, NoInput, Prompt, Speech } from "./voice_backend.ts";
import type { VoiceBackend } from "./voice_backend.ts";

/** How {@link BackendStream} is tied to the rest of a call. */
export interface BackendStreamOptions extends UtteranceCollectorOptions, PlayoutTimes {
  /** How the conversation is held. */
  readonly conversation?: ConversationOptions;
  /** What can be said without the backend. @default a soft tone */
  readonly phrases?: Phrases;
  /** Time. @default the machine's */
  readonly clock?: Clock;
  /** The conversation so far, kept up to date here. @default [] */
  readonly history?: HistoryEntry[];
  /** Called when the caller's turn `turn` begins: what was said in earlier turns must stop. */
  readonly onInterrupt?: (turn: number) => void;
  /** What of the agent's turn `turn` has left for the caller; all of it is assumed if not given. */
  readonly played?: (turn: number) => readonly PlayedText[];
  /** Whether the caller hears the agent now, as far as is known. @default never */
  readonly isSpeaking?: () => boolean;
  /** Whether the call is on hold: nobody is asked then whether it is still there. @default never */
  readonly isOnHold?: () => boolean;
  /** Told what was understood so far of the turn under way. */
  readonly onPartial?: (text: string) => void;
  /** Told when the agent may not be interrupted, and when it speaks again and may. */
  readonly onProtect?: (isProtected: boolean) => void;
  /** Gives the caller to somebody else; resolves with whether that worked. @default nobody can */
  readonly transfer?: (target: string) => Promise<boolean>;
  /** Told at once of what happens in the conversation, with the caller's turn that it belongs to. */
  readonly onEvent?: (event: BackendEvent, turn: number) => void;
  /** Told when what the agent says is live, and when it is not any more. @default nobody is told */
  readonly onLive?: (isLive: boolean) => void;
  /** Told of every failure of the backend. The conversation goes on. */
  readonly onError?: (error: unknown) => void;
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
  readonly #clock: Clock;
  readonly #conversation: Conversation;
  readonly #caller: CallerTurns;
  readonly #agent: AgentTurns;
  readonly #noInput: NoInputWatch;
  readonly #floor: FloorDesk;
  /** Questions, whether the caller is still there, that it did not answer. */
  #asked = 0;
  /** Counts the caller's turns, those that it spoke and those that it answered by a key. */
  #turn = 0;
  #keyTurns = 0;
  /** Counts the keys, and which of them was the last that was answered. */
  #presses = 0;
  #answeredPress = 0;
  #isOver = false;
  /** The reply under way that answers the caller, and what. */
  #answering: { readonly reply: Reply; readonly utterance: Utterance } | undefined;
  /** What the agent goes on with if it was interrupted for nothing. */
  #lost: Lost | undefined;

  /** Greets at once; the conversation begins with the first frame. */
  constructor(backend: VoiceBackend, call: CallInfo, options: BackendStreamOptions = {}) {
    const { clock = new SystemClock(), history = [], onError = () => {} } = options;
    this.#backend = backend;
    this.#call = call;
    this.#options = options;
    this.#clock = clock;
    this.#conversation = conversationFrom(options.conversation);
    this.#noInput = new NoInputWatch(this.#conversation.noInput.afterMs);
    const context = {
      backend,
      call,
      clock,
      conversation: this.#conversation,
      history,
      phrases: options.phrases,
      emit: (event: BackendEvent, turn?: number) => this.#emit(event, turn),
      report: (event: BackendEvent) => this.#emit(event),
    };
    this.#caller = new CallerTurns({ ...options, context });
    const agent = new AgentTurns({
      ...options,
      ...context,
      turn: () => this.#turn,
      cut: () => this.#cut(),
      onLive: (isLive) => options.onLive?.(isLive === true),
      onError,
    });
    this.#agent = agent;
    this.#floor = new FloorDesk({
      clock,
      history,
      stage: agent.stage,
      limitMs: this.#conversation.firstAudioMs,
      say: (what, options, otherwise) =>
        agent.say(what, { ...options, isOfFloor: true, otherwise }),
      interruptBot: () => void agent.interrupt(),
      answer: (asked) => this.#answer(asked),
      emit: (event) => this.#emit(event),
      onError,
    });
    let input: WritableStreamDefaultController;
    let output: ReadableStreamDefaultController<AudioFrame>;
    this.writable = new WritableStream({
      start: (controller) => void (input = controller),
      write: (frame) => this.#take(frame),
      close: () => {
        const reason = new DOMException("The caller is gone", "AbortError");
        this.#caller.end(reason);
        this.#floor.end(reason);
        agent.stage.close();
      },
      abort: (reason) => {
        this.#stop(reason);
        // Or the rest of the chain would wait for ever for a conversation that is over.
        output.error(reason);
      },
    });
    this.readable = new ReadableStream({
      start: (controller) => {
        output = controller;
        agent.prompt(() => opening(backend, call, this.#conversation));
      },
      pull: async (controller) => {
        const frame = await agent.stage.next();
        if (frame !== undefined) return controller.enqueue(frame);
        this.#stop(new DOMException("The conversation is over", "AbortError"));
        controller.close();
      },
      cancel: (reason) => {
        input.error(reason);
        this.#stop(reason);
      },
    });
  }

  /**
   * Lets somebody talk with the caller in the place of the bot: see {@link Floor}.
   *
   * @throws {TypeError} when somebody has the floor already, or the conversation is over
   */
  takeFloor(options: FloorOptions = {}): Floor {
    if (this.#isOver) {
      throw new TypeError("Cannot take the floor as the conversation is live: it is over");
    }
    return this.#floor.take(options);
  }

  /**
   * Lets a guest talk with the caller in the place of the bot: takes the floor for as long as its stream
   * goes on.
   *
   * Resolves when the guest has left; rejects with the failure of its stream, and with a TypeError where
   * the floor cannot be taken.
   */
  async connect(guest: Guest, options: ConnectOptions = {}): Promise<void> {
    using floor = this.takeFloor();
    await floor.connect(guest, options);
  }

  /**
   * Says something in the conversation: behind what the agent is saying, not while the caller speaks, and
   * so that the history holds what of it was heard.
   */
  say(what: Announcement, options: SayOptions = {}): Promise<Said> {
    if (this.#isOver || this.#agent.isLeaving) {
      return Promise.resolve({ outcome: "ended", heard: "", heardMs: 0 });
    }
    return this.#agent.say(what, { ...options, isOfFloor: false, otherwise: true });
  }

  /**
   * The caller pressed a key: whoever has the floor is told, or else the backend. What that says takes the
   * place of what is being said.
   *
   * Rejects with what the backend's listener throws; the conversation goes on.
   */
  async press(digit: string): Promise<void> {
    this.#noInput.reset();
    this.#asked = 0;
    if (this.#floor.press(digit)) return;
    const press = ++this.#presses;
    // Null is nothing as well, in languages that check nothing.
    const said = await this.#backend.onDtmf?.(digit, this.#call) ?? undefined;
    if (said === undefined || this.#agent.isLeaving || this.#isOver) return;
    // The answer to an earlier key, come late, does not take the place of that to a later one.
    if (press < this.#answeredPress) return;
    this.#answeredPress = press;
    // Who spoke meanwhile, or may not be cut, is heard first.
    if (this.#floor.isTaken || this.#agent.stage.isGuarded("key")) {
      if (said !== "") void this.say(said);
      return;
    }
    this.#cut();
    this.#agent.interrupt("key");
    this.#lost = undefined;
    // What was being understood is answered by the key, and no part of what is said next.
    this.#answering = undefined;
    this.#agent.prompt(() => Promise.resolve(said));
  }

  /** How far the agent has come with what it says, or said last; undefined if that is in the history. */
  get progress(): SpeechProgress | undefined {
    return this.#agent.stage.progress;
  }

  #take(frame: AudioFrame): void {
    if (this.#agent.isLeaving && !this.#floor.isTaken) return;
    this.#floor.hear(frame);
    const turn = frame.turn === undefined ? undefined : frame.turn + this.#keyTurns;
    const begins = turn !== undefined && turn > this.#turn;
    const before = begins ? this.#interrupt(turn, frame) : undefined;
    const asked = this.#caller.push(frame, before, this.#floor.listener);
    if (frame.endOfTurn) this.#floor.endTurn(asked);
    this.#watchSilence(frame);
  }

  #interrupt(turn: number, { onsetMs = 0 }: AudioFrame): TurnBefore {
    this.#turn = turn;
    if (!this.#agent.stage.isGuarded("speech")) this.#options.onInterrupt?.(turn);
    this.#emit({ type: "turn-begin", onsetMs });
    this.#noInput.reset();
    this.#asked = 0;
    if (this.#floor.beginTurn()) return { unheard: undefined };
    const { reply, utterance } = this.#answering ?? {};
    const isUnheard = reply !== undefined && reply.question === undefined &&
      reply.failedStep === undefined;
    this.#answering = undefined;
    const voiceAt = this.#clock.now() - onsetMs;
    this.#lost = this.#agent.interrupt("speech", voiceAt) ?? (isUnheard ? this.#lost : undefined);
    return { unheard: isUnheard ? utterance : undefined };
  }

  #answer({ utterance, cancel, ...asked }: AskedTurn): void {
    const question = { ...asked, lost: this.#lost };
    const reply = this.#agent.begin((reply) => reply.answer(question));
    this.#answering = { reply, utterance };
    const { signal } = reply;
    signal.addEventListener("abort", () => cancel(signal.reason), { once: true });
  }

  /** Drops what has not left for the caller, as if a turn of the caller began. */
  #cut(): void {
    this.#keyTurns++;
    this.#turn++;
    this.#options.onInterrupt?.(this.#turn);
  }

  #watchSilence(frame: AudioFrame): void {
    const { isSpeaking, isOnHold } = this.#options;
    const silence = this.#noInput.push({
      ms: msIn(frame.samples.length, frame.sampleRate),
      isBusy: frame.turn !== undefined || this.#floor.isTaken || this.#agent.stage.isBusy ||
        isSpeaking?.() === true || isOnHold?.() === true,
      isVoice: frame.speech === true,
      isConcealed: frame.concealed === true,
    });
    if (silence === undefined) return;
    this.#emit({ type: "no-input", ...silence });
    const { leaveAfter } = this.#conversation.noInput;
    if (this.#asked >= leaveAfter) {
      this.#agent.leave(silence.isLineDead ? "dead-line" : "no-input");
    } else this.#agent.prompt(() => this.#ask(silence), () => this.#asked++);
  }

  async #ask(silence: NoInput): Promise<string | Speech | Prompt | null | undefined> {
    const { prompts } = this.#conversation.noInput;
    const own = await this.#backend.onNoInput?.(silence, this.#call);
    return own === undefined ? prompts[Math.min(this.#asked, prompts.length - 1)] : own;
  }

  #stop(reason: unknown): void {
    this.#isOver = true;
    this.#caller.cancel(reason);
    this.#floor.end(reason);
    this.#agent.stage.stop(reason);
  }

  #emit(event: BackendEvent, turn = this.#turn): void {
    this.#options.onEvent?.(event, turn);
  }
}
