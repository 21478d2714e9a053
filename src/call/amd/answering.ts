/** From the answer of a call of ours to the moment at which somebody talks, or a message is left. */

import { abortable } from "@std/async";
import type { AudioFrame } from "../../audio/mod.ts";
import {
  type Backend,
  type HistoryEntry,
  isVoiceBackend,
  type Parts,
  requireSpeech,
  type Speech,
} from "../../backend/mod.ts";
import { framesOf } from "../../media/mod.ts";
import type { CallSound } from "../call_sound.ts";
import { AnswerDetector } from "./answer_detector.ts";
import type { AnsweredBy, LeftMessage, MachineOptions } from "./machine_options.ts";
import { GreetingEnd } from "./greeting_end.ts";

/** How {@link Answering} is tied to its call. */
export interface AnsweringOptions {
  readonly sound: Pick<CallSound, "onFrame" | "entrance" | "open">;
  /** Who talks, and in whose voice a message is spoken. */
  readonly backend: Backend;
  readonly sessionId: string;
  /** What was left is written here. */
  readonly history: HistoryEntry[];
  readonly options: MachineOptions;
  readonly onAnsweredBy: (answeredBy: AnsweredBy) => void;
  readonly onMessage: (message: LeftMessage) => void;
  readonly hangup: () => void;
}

type Greeting = "beep" | "silence" | "no-end" | "ended";

/** Keeps the backend out until it is known that somebody listens, and leaves messages. */
export class Answering {
  /** Resolves when it is known, and never rejects. */
  readonly answeredBy: Promise<AnsweredBy>;
  readonly #options: AnsweringOptions;
  readonly #detector: AnswerDetector;
  readonly #greeting: GreetingEnd;
  /** How the greeting of a machine ended. */
  readonly #greeted: Promise<Greeting>;
  readonly #over = new AbortController();
  #hasBegun = false;
  #isLeaving = false;
  #answered: (answeredBy: AnsweredBy) => void = () => {};
  #greet: (how: Greeting) => void = () => {};

  /** Listens from {@link begin} on. @throws {RangeError | TypeError} for options that cannot be */
  constructor(options: AnsweringOptions) {
    const { onMachine, answer, greeting } = options.options;
    this.#options = options;
    this.#detector = new AnswerDetector(answer);
    this.#greeting = new GreetingEnd(greeting);
    if (typeof onMachine === "object") this.#requireVoice(onMachine.leave);
    this.answeredBy = new Promise((resolve) => this.#answered = resolve);
    this.#greeted = new Promise((resolve) => this.#greet = resolve);
    options.sound.onFrame = (frame) => this.#hear(frame);
  }

  /** The call is answered. */
  begin(): void {
    this.#hasBegun = true;
  }

  /** The call is over. */
  end(): void {
    this.#over.abort(new DOMException("The call is over", "AbortError"));
    this.#answered({ by: "unknown", reason: "ended", afterMs: 0, spokenMs: 0 });
    this.#greet("ended");
  }

  /**
   * Says something when the machine has finished its greeting, and hangs up when all of it was sent.
   *
   * @throws {TypeError} when somebody talks, a message is being left, or the words have no voice
   * @throws {TypeError | RangeError} for what is no sound
   */
  async leaveMessage(what: string | Speech): Promise<LeftMessage> {
    const { sound } = this.#options;
    this.#requireVoice(what);
    if (this.#isLeaving || (this.#hasBegun && sound.entrance === undefined)) {
      const state = this.#isLeaving ? "one is being left" : "somebody talks";
      throw new TypeError(`Cannot leave a message as the call has to wait for one: ${state}`);
    }
    return await this.#leave(what);
  }

  /** Never rejects: nobody may wait for it. */
  async #leave(what: string | Speech): Promise<LeftMessage> {
    const { sound, history, hangup, onMessage } = this.#options;
    this.#isLeaving = true;
    // Spoken while the machine speaks, so that it is there at the beep.
    const message = await this.#play(this.#speak(what));
    if (message.outcome === "left" && typeof what === "string") {
      history.push({ role: "agent", text: what });
    }
    onMessage(message);
    // The chain ends by itself when the last of the message has left.
    if (message.outcome === "left") sound.entrance?.close();
    else hangup();
    return message;
  }

  async #play(speaking: Promise<Speech[]>): Promise<LeftMessage> {
    speaking.catch(() => {});
    const after = await this.#greeted;
    if (after === "ended" || after === "no-end") return { outcome: after };
    const { signal } = this.#over;
    try {
      // A voice that hangs is waited for as long as the call lasts, and no longer.
      const speech = await abortable(speaking, signal);
      const isLeft = await this.#options.sound.entrance?.play(framesOf(speech));
      return { outcome: isLeft ? "left" : "ended", after };
    } catch (error) {
      return signal.aborted ? { outcome: "ended", after } : { outcome: "failed", after, error };
    }
  }

  #hear(frame: AudioFrame): void {
    if (!this.#hasBegun || this.#over.signal.aborted) return;
    const { found } = this.#detector;
    if (found === undefined) {
      const now = this.#detector.push(frame);
      if (now !== undefined) this.#decide(now);
    } else if (this.#options.sound.entrance === undefined) return;
    const ended = this.#greeting.push(frame);
    if (ended !== undefined) this.#greet(ended);
  }

  #decide(answeredBy: AnsweredBy): void {
    const { options: { onMachine = "hangup" }, sound, hangup, onAnsweredBy } = this.#options;
    this.#answered(answeredBy);
    onAnsweredBy(answeredBy);
    if (this.#isLeaving) return;
    const { by } = answeredBy;
    if (by === "human" || by === "unknown" || (by === "machine" && onMachine === "talk")) {
      return sound.open();
    }
    if (onMachine === "wait") return;
    if (by === "machine" && typeof onMachine === "object") {
      void this.#leave(onMachine.leave);
    } else hangup();
  }

  async #speak(what: string | Speech): Promise<Speech[]> {
    if (typeof what !== "string") return [what];
    const { backend, sessionId } = this.#options;
    if (!isVoiceBackend(backend)) return [];
    return await partsOf(backend.speak(what, { signal: this.#over.signal, sessionId }));
  }

  #requireVoice(what: string | Speech): void {
    if (typeof what !== "string") return requireSpeech(what);
    if (isVoiceBackend(this.#options.backend)) return;
    throw new TypeError(
      "Cannot leave a message as words take a backend that speaks: give { samples, sampleRate }",
    );
  }
}

async function partsOf(parts: Parts<Speech>): Promise<Speech[]> {
  const value = await parts;
  if (!(Symbol.asyncIterator in value)) return [value];
  const all: Speech[] = [];
  // Copies, as who makes parts may make each in the same buffer.
  for await (const { samples, sampleRate } of value) {
    all.push({ samples: samples.slice(), sampleRate });
  }
  return all;
}
