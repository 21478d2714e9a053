/** The agent's side of a conversation: one reply after another, as frames. */

import { abortable } from "@std/async";
import type { AudioFrame } from "../audio/mod.ts";
import type { Conversation } from "./conversation_options.ts";
import { type PlayedText, splitHeard, type SpokenText, VoicePace } from "./heard.ts";
import { type Lost, Reply, type ReplyContext } from "./reply.ts";

/** How the agent's turns are tied to the rest of a call. */
export interface AgentTurnsOptions extends Omit<ReplyContext, "turn" | "spoken"> {
  /** What of the agent's turn `turn` has left for the caller; all of it is assumed if not given. */
  readonly played?: (turn: number) => readonly PlayedText[];
  /** Told of every failure of the backend. */
  readonly onError: (error: unknown) => void;
  /** Told when the agent may not be interrupted, and when it speaks again and may. */
  readonly onProtect?: (isProtected: boolean) => void;
  /** Gives the caller to somebody else; resolves with whether that worked. */
  readonly transfer?: (target: string) => Promise<boolean>;
}

/** Makes the frames of a reply. */
export type MakeFrames = (reply: Reply) => AsyncGenerator<AudioFrame, void, void>;

/** Why an agent ends the conversation. */
export type LeaveReason = "no-input" | "dead-line" | "failures";

/** What the agent says, reply by reply: gives its frames, and keeps the history of what was heard. */
export class AgentTurns {
  readonly #options: AgentTurnsOptions;
  readonly #conversation: Conversation;
  #reply: Reply | undefined;
  #frames: AsyncGenerator<AudioFrame, void, void> | undefined;
  #spoken: SpokenText[] = [];
  /** How fast the agent speaks, by all that it has said in the call. */
  readonly #pace = new VoicePace();
  #turn = 0;
  /** When the caller had finished, in ms of the clock; undefined when the latency is told. */
  #since: number | undefined;
  #failures = 0;
  #isProtected = false;
  #isLeaving = false;
  #ended = false;
  #wake: () => void = () => {};

  constructor(options: AgentTurnsOptions) {
    this.#options = options;
    this.#conversation = options.conversation;
  }

  /** Whether it speaks or is about to. */
  get isBusy(): boolean {
    return this.#frames !== undefined;
  }

  /** Whether it is about to end the conversation, or has. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Begins a reply in the caller's turn `turn`. What was said before is over. */
  begin(turn: number, frames: MakeFrames): Reply {
    this.#settle(new DOMException("Another turn begins", "AbortError"));
    if (turn !== this.#turn) this.#spoken = [];
    this.#turn = turn;
    const reply = new Reply({ ...this.#options, turn, spoken: this.#spoken });
    this.#reply = reply;
    this.#frames = frames(reply);
    this.#since = this.#options.clock.now();
    this.#wake();
    return reply;
  }

  /** Says that the reply under way is one that the caller has to hear. */
  protect(): void {
    this.#isProtected = true;
    this.#options.onProtect?.(true);
  }

  /** The caller speaks: ends the reply under way. What it leaves unsaid is returned, if anything. */
  interrupt(): Lost | undefined {
    const reply = this.#reply;
    const wasSpeaking = this.isBusy;
    const { heard, unheard } = this.#settle(new DOMException("The caller speaks", "AbortError"));
    if (reply === undefined || reply.failedStep !== undefined) return undefined;
    const rest = [unheard, reply.unspoken].filter((text) => text !== "").join(" ");
    if (rest === "" && !wasSpeaking) return undefined;
    const { history, emit, backend, call } = this.#options;
    const last = history.at(-1);
    if (heard !== "" && last !== undefined) {
      history[history.length - 1] = { ...last, interrupted: true };
    }
    if (unheard !== "") {
      emit({ type: "interrupt", heard, unheard });
      this.#tell(() => backend.onInterrupt?.({ heard, unheard }, call));
    }
    if (heard === "" && reply.question) return { kind: "question", text: reply.question };
    return rest === "" ? undefined : { kind: "rest", text: rest };
  }

  /** Ends the conversation, after a word of farewell or by giving the caller to somebody else. */
  leave(reason: LeaveReason): void {
    if (this.#isLeaving) return;
    this.#options.emit({ type: "leave", reason });
    this.#isLeaving = true;
    this.begin(this.#turn, (reply) => this.#leaving(reply, reason));
    this.protect();
  }

  /** No turn will come any more: what there is may be said to its end. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Ends everything at once. */
  stop(reason: unknown): void {
    this.#ended = true;
    this.#settle(reason);
    this.#wake();
  }

  /** The next frame; undefined when nothing will be said any more. */
  async next(): Promise<AudioFrame | undefined> {
    for (;;) {
      const frames = this.#frames;
      if (frames === undefined) {
        if (this.#ended || this.#isLeaving) return undefined;
        await new Promise<void>((resolve) => this.#wake = resolve);
        continue;
      }
      const reply = this.#reply!;
      const frame = await this.#next(frames, reply);
      if (frames !== this.#frames) continue; // Interrupted meanwhile, or failed.
      if (frame !== undefined) {
        reply.left(frame);
        if (reply.question !== undefined && !this.#isAside) this.#noteLatency();
        return frame;
      }
      this.#frames = undefined;
      if (reply.question !== undefined) this.#failures = 0;
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
      if (!reply.signal.aborted) this.#fail(reply, error);
      return undefined;
    }
  }

  get #isAside(): boolean {
    return this.#spoken.at(-1)?.isAside === true;
  }

  #noteLatency(): void {
    const { clock, emit } = this.#options;
    if (this.#since === undefined) return;
    emit({ type: "first-audio", latencyMs: clock.now() - this.#since });
    this.#since = undefined;
  }

  #fail(reply: Reply, error: unknown): void {
    const { onError, emit, backend, call } = this.#options;
    const { apology, leaveAfter } = this.#conversation.failure;
    reply.failedStep ??= "generate";
    emit({ type: "failure", step: reply.failedStep, error });
    onError(error);
    this.#tell(() => backend.onError?.(error, call));
    // What of it is still under way is of no use: a model that answers after all, say.
    reply.cancel(error);
    if (this.#isLeaving) return void (this.#frames = undefined);
    if (++this.#failures >= leaveAfter) return this.leave("failures");
    if (apology === false) return void (this.#frames = undefined);
    emit({ type: "apology" });
    this.begin(this.#turn, (reply) => reply.phrase(apology));
  }

  async *#leaving(reply: Reply, reason: LeaveReason): AsyncGenerator<AudioFrame, void, void> {
    const { transferTo } = this.#conversation.failure;
    if (reason === "failures" && transferTo !== undefined) {
      if (await this.#transfer(transferTo)) return;
    }
    yield* reply.phrase(this.#conversation.farewell);
  }

  async #transfer(target: string): Promise<boolean> {
    try {
      return await this.#options.transfer?.(target) ?? false;
    } catch (error) {
      this.#options.onError(error);
      return false;
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
    // Not before: what is made is still to be heard.
    if (this.#isProtected) this.#options.onProtect?.(false);
    this.#isProtected = false;
    const played = this.#options.played?.(reply.turn) ??
      this.#spoken.map(({ text, durationMs }) => ({ text, heardMs: durationMs }));
    const spoken = this.#spoken.slice(reply.from);
    this.#pace.learn(spoken);
    const { heard, unheard } = splitHeard(spoken, played.slice(reply.from), this.#pace);
    if (heard !== "") this.#options.history.push({ role: "agent", text: heard });
    return { heard, unheard };
  }

  /** Calls one of the backend's listeners; its failure is reported and ends nothing. */
  #tell(listener: () => void | Promise<void>): void {
    Promise.resolve().then(listener).catch((error) => this.#options.onError(error));
  }
}
