/** The caller's turns beside a stream that does not say how it takes them. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import type { Clock } from "../clock/mod.ts";
import type { BackendEvent } from "./backend_event.ts";
import type { PlayoutTimes } from "./playout_watch.ts";

/** What {@link SeatTurns} need. */
export interface SeatTurnsOptions extends PlayoutTimes {
  readonly clock: Clock;
  /** Whether the caller hears the agent now. @default never */
  readonly isSpeaking?: () => boolean;
  /** Told what happens, with the caller's turn that it belongs to. */
  readonly emit: (event: BackendEvent, turn: number) => void;
}

/**
 * Tells of the turns that the frames of a caller are marked with.
 *
 * What a stream answers is sound of which nobody knows to what it belongs: what it says first after a
 * turn, if it was silent at the end of that, counts as the answer.
 */
export class SeatTurns {
  /** The turn under way, or the last one. */
  turn = 0;
  readonly #options: SeatTurnsOptions;
  #durationMs = 0;
  #silenceMs = 0;
  /** When the voice began that may interrupt the agent, which was speaking. */
  #voiceAt: number | undefined;

  /** No turn has begun. */
  constructor(options: SeatTurnsOptions) {
    this.#options = options;
  }

  /** Takes the caller's next frame. */
  push({ turn, endOfTurn, onsetMs, speech, samples, sampleRate }: AudioFrame): void {
    if (turn === undefined) return;
    const { clock, emit, isSpeaking } = this.#options;
    const ms = msIn(samples.length, sampleRate);
    if (turn > this.turn) {
      this.turn = turn;
      this.#durationMs = (onsetMs ?? ms) - ms;
      this.#silenceMs = 0;
      this.#voiceAt = isSpeaking?.() ? clock.now() - (onsetMs ?? 0) : undefined;
      emit({ type: "turn-begin", onsetMs: onsetMs ?? 0 }, turn);
    }
    this.#durationMs += ms;
    this.#silenceMs = speech ? 0 : this.#silenceMs + ms;
    if (!endOfTurn) return;
    emit({ type: "turn-end", durationMs: this.#durationMs, silenceMs: this.#silenceMs }, turn);
    if (!isSpeaking?.()) void this.#answered(turn);
  }

  /** The stream drops what it has said, as it takes the caller's voice for an interruption. */
  interrupt(): void {
    const { emit, isSpeaking } = this.#options;
    const voiceAt = this.#voiceAt;
    this.#voiceAt = undefined;
    if (!isSpeaking?.()) return;
    const words = { heard: "", unheard: "" };
    emit({ type: "interrupt", ...words, ...(voiceAt !== undefined && { voiceAt }) }, this.turn);
    if (voiceAt !== undefined) void this.#silenced(voiceAt);
  }

  async #answered(turn: number): Promise<void> {
    const at = await this.#options.sounded?.();
    if (at === undefined || turn !== this.turn) return;
    this.#options.emit({ type: "first-packet", at }, turn);
  }

  async #silenced(voiceAt: number): Promise<void> {
    const { silenced, emit } = this.#options;
    const { turn } = this;
    const at = await silenced?.();
    if (at !== undefined && at > voiceAt) emit({ type: "silent", bargeInMs: at - voiceAt }, turn);
  }
}
