/** The agent's side of a conversation: one reply after another, as frames. */

import type { AudioFrame } from "../audio/mod.ts";
import type { BackendEvent } from "./backend_event.ts";
import type { Conversation } from "./conversation_options.ts";
import type { Announcement, Interruptible, Said, SayOptions } from "./floor.ts";
import { type PlayoutTimes, PlayoutWatch } from "./playout_watch.ts";
import { type Lost, Reply, type ReplyContext } from "./reply.ts";
import { type Announced, Speaker } from "./speaker.ts";
import { Stage } from "./stage.ts";
import type { HeardPart, StageOptions } from "./stage_options.ts";

/** What a stage tells the agent's turns. */
type StageTells = "stallMs" | "onFrame" | "onMade" | "onFailure" | "drained";

/** How the agent's turns are tied to the rest of a call. */
export interface AgentTurnsOptions
  extends ReplyContext, PlayoutTimes, Omit<StageOptions, StageTells> {
  /** Told what happens, with the turn that it belongs to if that is not the one under way. */
  readonly emit: (event: BackendEvent, turn?: number) => void;
  /** Told of every failure of the backend. */
  readonly onError: (error: unknown) => void;
  /** Gives the caller to somebody else; resolves with whether that worked. */
  readonly transfer?: (target: string) => Promise<boolean>;
}

/** Makes the frames of a reply. */
export type MakeFrames = (reply: Reply) => AsyncGenerator<AudioFrame, void, void>;

/** Why an agent ends the conversation. */
export type LeaveReason = "no-input" | "dead-line" | "failures";

/** How {@link AgentTurns.say} says an announcement. */
export interface SayAsOptions extends SayOptions {
  /** Whether it is said from the floor. */
  readonly isOfFloor: boolean;
  /** What may cut it if neither it nor the other options say so. */
  readonly otherwise: Interruptible;
}

/** What the agent says, reply by reply: gives its frames, and keeps the history of what was heard. */
export class AgentTurns {
  readonly #options: AgentTurnsOptions;
  readonly #conversation: Conversation;
  /** Who speaks. */
  readonly stage: Stage;
  readonly #playout: PlayoutWatch;
  #failures = 0;
  #isLeaving = false;

  constructor(options: AgentTurnsOptions) {
    this.#options = options;
    this.#conversation = options.conversation;
    this.#playout = new PlayoutWatch(options);
    this.stage = new Stage({
      ...options,
      stallMs: options.conversation.firstAudioMs,
      onFrame: (speaker) => this.#noteLatency(speaker),
      onMade: ({ talk }, replies) => {
        if (!(talk instanceof Reply)) return;
        if (talk.question !== undefined) this.#failures = 0;
        void this.#playout.made(talk.words, replies);
      },
      onFailure: (speaker, error) => this.#fail(speaker, error),
    });
  }

  /** Whether it is about to end the conversation, or has. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Begins a reply. What was said before is over. */
  begin(frames: MakeFrames): Reply {
    return this.#begin(frames).talk;
  }

  /** Says what `prompt` resolves to; none if that is nothing. */
  prompt(prompt: Parameters<Reply["say"]>[0], onSaid: () => void = () => {}): void {
    const speaker: Speaker<Reply> = this.#begin((reply) =>
      reply.say(prompt, (said) => {
        onSaid();
        speaker.interruptible = interruptibleOf(said) ?? true;
        if (speaker.interruptible !== true) this.stage.guard(speaker);
      })
    );
  }

  /** Has something said behind what is being said; resolves with what became of it. */
  say(what: Announcement, options: SayAsOptions): Promise<Said> {
    const { signal, isOfFloor, interruptible, otherwise } = options;
    if (signal?.aborted) return Promise.resolve({ outcome: "stopped", heard: "", heardMs: 0 });
    return new Promise((resolve) => {
      const stop = () => this.stage.end((one) => one === speaker, { outcome: "stopped" });
      const onSaid: Announced["onSaid"] = (said) => {
        signal?.removeEventListener("abort", stop);
        resolve(said);
      };
      const reply = new Reply(this.#options);
      const frames = reply.say(() => Promise.resolve(what));
      const speaker = new Speaker(reply, frames, { isOfFloor, onSaid });
      speaker.interruptible = interruptible ?? interruptibleOf(what) ?? otherwise;
      signal?.addEventListener("abort", stop, { once: true });
      this.stage.announce(speaker);
    });
  }

  /**
   * The caller speaks, from `voiceAt` on in ms of the clock, or pressed a key that is answered: ends what
   * is being said.
   *
   * @returns what the bot leaves unsaid, if anything
   */
  interrupt(by: "key" | "speech" = "speech", voiceAt?: number): Lost | undefined {
    const { stage } = this;
    // What waits behind it is still to be said.
    const isCut = (speaker: Speaker) => speaker.hasBegun && speaker.yieldsTo(by);
    const announced = stage.end(isCut, { outcome: "interrupted", by });
    if (announced.unheard !== "") this.#tellInterrupt(announced, voiceAt);
    if (stage.isGuarded(by) && stage.isBotOn) return undefined;
    const wasSpeaking = stage.isBusy;
    const { speaker, heard, unheard } = stage.settle(
      new DOMException("The caller speaks", "AbortError"),
    );
    const reply = speaker?.talk;
    if (!(reply instanceof Reply) || reply.failedStep !== undefined) return undefined;
    const rest = [unheard, reply.unspoken].filter((text) => text !== "").join(" ");
    if (rest === "" && !wasSpeaking) return undefined;
    const { history } = this.#options;
    const last = history.at(-1);
    if (heard !== "" && last !== undefined) {
      history[history.length - 1] = { ...last, interrupted: true };
    }
    if (unheard !== "") this.#tellInterrupt({ heard, unheard }, voiceAt);
    if (heard === "" && reply.question) return { kind: "question", text: reply.question };
    return rest === "" ? undefined : { kind: "rest", text: rest };
  }

  /** Ends the conversation, after a word of farewell or by giving the caller to somebody else. */
  leave(reason: LeaveReason): void {
    if (this.#isLeaving) return;
    this.#options.emit({ type: "leave", reason });
    this.#isLeaving = true;
    const speaker = this.#begin((reply) => this.#leaving(reply, reason), false);
    this.stage.guard(speaker);
    this.stage.finish();
  }

  #begin(frames: MakeFrames, interruptible: Interruptible = true): Speaker<Reply> {
    const reply = new Reply(this.#options);
    const speaker = new Speaker(reply, frames(reply));
    speaker.since = this.#options.clock.now();
    speaker.interruptible = interruptible;
    this.stage.begin(speaker, new DOMException("Another turn begins", "AbortError"));
    return speaker;
  }

  #noteLatency(speaker: Speaker): void {
    const { clock, emit } = this.#options;
    const { talk, since } = speaker;
    const isAside = talk.words.own.at(-1)?.isAside === true;
    if (since === undefined || !(talk instanceof Reply) || talk.question === undefined || isAside) {
      return;
    }
    emit({ type: "first-audio", latencyMs: clock.now() - since });
    speaker.since = undefined;
    void this.#playout.begun(talk.words);
  }

  #fail({ talk: reply, announced }: Speaker, error: unknown): void {
    // Whoever invited a guest is told.
    if (!(reply instanceof Reply)) return;
    const { onError, emit, backend, call } = this.#options;
    const { apology, leaveAfter } = this.#conversation.failure;
    reply.failedStep ??= announced === undefined ? "generate" : "speak";
    emit({ type: "failure", step: reply.failedStep, error });
    onError(error);
    this.#tell(() => backend.onError?.(error, call));
    // What of it is still under way is of no use: a model that answers after all, say.
    reply.cancel(error);
    // Whoever had it said knows what to do.
    if (announced !== undefined || this.#isLeaving) return;
    if (++this.#failures >= leaveAfter) return this.leave("failures");
    if (apology === false) return;
    emit({ type: "apology" });
    this.#begin((reply) => reply.phrase(apology));
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

  #tellInterrupt(
    { heard, unheard }: Omit<HeardPart, "heardMs">,
    voiceAt: number | undefined,
  ): void {
    const { emit, backend, call } = this.#options;
    emit({ type: "interrupt", heard, unheard, ...(voiceAt !== undefined && { voiceAt }) });
    if (voiceAt !== undefined) void this.#playout.interrupted(voiceAt);
    this.#tell(() => backend.onInterrupt?.({ heard, unheard }, call));
  }

  /** Calls one of the backend's listeners; its failure is reported and ends nothing. */
  #tell(listener: () => void | Promise<void>): void {
    Promise.resolve().then(listener).catch((error) => this.#options.onError(error));
  }
}

function interruptibleOf(what: Announcement): Interruptible | undefined {
  return typeof what === "object" && "say" in what ? what.interruptible : undefined;
}
