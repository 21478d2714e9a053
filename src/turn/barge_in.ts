/** A voice over the agent's: whether it takes the turn. */

import type { AgentVoice } from "./agent_voice.ts";
import { Backchannel } from "./backchannel.ts";
import type { BargeInOptions } from "./barge_in_options.ts";
import type { TurnEvent } from "./turn_event.ts";
import { checkAboveZero } from "./turn_times.ts";
import type { VoiceRun } from "./voice_run.ts";

/** How much more voice it takes where the agent echoes. */
const ECHO_FACTOR = 2;

/** What {@link BargeIn} has around it. */
export interface BargeInSurroundings {
  /** The agent's voice. @default an agent that is always silent */
  readonly agent?: AgentVoice;
  /** Voice in the run's window that begins a turn while the agent is silent, in ms. */
  readonly startMs: number;
  /** Told of what does not begin a turn. */
  readonly onEvent: (event: TurnEvent) => void;
}

/**
 * Decides frame by frame whether a voice begins a turn, and lowers the agent meanwhile.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BargeIn } from "./barge_in.ts";
 * import { VoiceRun } from "./voice_run.ts";
 *
 * const agent = { state: "speaking" as const, duck() {}, restore() {} };
 * const bargeIn = new BargeIn({ mode: "immediate" }, { agent, startMs: 120, onEvent() {} });
 * const run = new VoiceRun({ windowMs: 200, gapMs: 250 });
 * run.push(20, { voiceMs: 20, silenceMs: 0 });
 * assert.equal(bargeIn.isTurn(run), false);
 * run.push(20, { voiceMs: 20, silenceMs: 0 });
 * assert.equal(bargeIn.isTurn(run), true);
 * ```
 */
export class BargeIn {
  readonly #mode: NonNullable<BargeInOptions["mode"]>;
  readonly #reactMs: number;
  readonly #confirmMs: number;
  readonly #backchannelMs: number;
  /** Silence after which a voice that was not confirmed is over, in ms. */
  readonly releaseMs: number;
  readonly #backchannel: Backchannel;
  readonly #agent?: AgentVoice;
  readonly #startMs: number;
  readonly #onEvent: (event: TurnEvent) => void;
  #isDucked = false;
  /** The voice was there before the agent's, so that it is the agent who interrupts. */
  #isFirst = false;
  #words = "";
  /** Echo since the agent began to speak. */
  #echoMs = 0;

  /** Starts with no voice. @throws {RangeError} for times that cannot be */
  constructor(options: BargeInOptions, { agent, startMs, onEvent }: BargeInSurroundings) {
    const { mode = "duck", backchannels } = options;
    const { reactMs = 40, confirmMs = 600, backchannelMs = 1000, releaseMs = 250 } = options;
    checkAboveZero("decide on barge-in", { reactMs, confirmMs, backchannelMs, releaseMs });
    this.#mode = mode;
    this.#reactMs = reactMs;
    this.#confirmMs = confirmMs;
    this.#backchannelMs = backchannelMs;
    this.releaseMs = releaseMs;
    this.#backchannel = new Backchannel(backchannels);
    this.#agent = agent;
    this.#startMs = startMs;
    this.#onEvent = onEvent;
  }

  /** Whether a voice is there of which it is not certain yet that it takes the turn. */
  get isDeciding(): boolean {
    return this.#isDucked;
  }

  /** What was understood so far of the voice that is being decided on. */
  get words(): string {
    return this.#words;
  }

  /** What was understood so far; of no account unless a voice is being decided on. */
  hear(words: string): void {
    if (this.#isDucked) this.#words = words;
  }

  /**
   * Whether a turn begins with the frame that `run` took last.
   *
   * Where the agent is known to echo, a frame or two that the echo does not explain are most often its
   * own last reverberation: a voice needs twice as much there to be reacted to.
   */
  isTurn(run: VoiceRun, { echoes = false }: { echoes?: boolean } = {}): boolean {
    const state = this.#agent?.state ?? "silent";
    if (this.#isDucked && state !== "speaking") this.#restore();
    const isGoingOn = run.voiceMs > 0 && run.silenceMs < this.releaseMs;
    this.#isFirst = isGoingOn && (this.#isFirst || state === "silent");
    const isBegun = isVoiced(run) && run.recentMs >= this.#startMs;
    if (state === "silent") return isBegun;
    if (state === "protected" || this.#mode === "off") return false;
    if (this.#isFirst) return isBegun;
    const reactMs = echoes ? ECHO_FACTOR * this.#reactMs : this.#reactMs;
    const isCertain = isVoiced(run) && run.recentMs >= reactMs;
    if (this.#mode === "immediate") return isCertain;
    if (this.#isDucked) return this.#decide(run);
    if (!isCertain) return false;
    this.#isDucked = true;
    this.#agent!.duck();
    this.#onEvent({ type: "duck" });
    return this.#decide(run);
  }

  /** It is decided: a turn begins, and the agent stops. */
  settle(): void {
    this.#isDucked = false;
    this.#words = "";
  }

  /** Takes note of `ms` milliseconds that sounded like a voice and were the agent's own echo, or of none. */
  hearEcho(ms: number): void {
    if (this.#mode === "off" || this.#agent?.state !== "speaking") this.#echoMs = 0;
    else if (ms > 0) {
      const isNews = this.#echoMs < this.#reactMs && this.#echoMs + ms >= this.#reactMs;
      this.#echoMs += ms;
      if (isNews) {
        this.#onEvent({ type: "false-alarm", reason: "echo", voiceMs: this.#echoMs });
      }
    }
  }

  #decide(run: VoiceRun): boolean {
    const hasWords = this.#words.trim() !== "";
    const isBackchannel = hasWords && this.#backchannel.isAll(this.#words);
    if (hasWords && !isBackchannel) return true;
    const neededMs = isBackchannel ? this.#backchannelMs : this.#confirmMs;
    if (isVoiced(run) && run.voiceMs >= neededMs) return true;
    if (run.silenceMs < this.releaseMs) return false;
    const { voiceMs } = run;
    this.#onEvent({ type: "false-alarm", reason: isBackchannel ? "words" : "short", voiceMs });
    this.#restore();
    run.reset();
    return false;
  }

  #restore(): void {
    this.settle();
    this.#agent!.restore();
    this.#onEvent({ type: "restore" });
  }
}

/** Whether the last frame had a voice. */
function isVoiced(run: VoiceRun): boolean {
  return run.voiceMs > 0 && run.silenceMs === 0;
}
