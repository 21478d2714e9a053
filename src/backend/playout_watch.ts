/** When what the agent says has left for the caller, as far as somebody knows. */

import type { Clock } from "../clock/mod.ts";
import type { BackendEvent } from "./backend_event.ts";
import type { PlayedText } from "./heard.ts";
import type { SpokenWords } from "./spoken_words.ts";

/** Who knows when packets leave. Without one of these, what it would tell is not told. */
export interface PlayoutTimes {
  /**
   * Resolves with when the text number `text` (from 0) of turn `turn` began to leave for the caller, in
   * ms of the clock; undefined if it never will. @default nobody knows
   */
  readonly began?: (turn: number, text: number) => Promise<number | undefined>;
  /**
   * Resolves when the ends of so many of a turn's replies have left, with when the last did in ms of the
   * clock, or with undefined when the turn was cut. @default at once
   */
  readonly drained?: (turn: number, replies: number) => Promise<number | undefined>;
  /**
   * Resolves when nothing of an interrupted voice is heard any more, with when its last packet left, in
   * ms of the clock. @default nobody knows
   */
  readonly silenced?: () => Promise<number>;
  /** Resolves when the next packet with sound leaves, with that time in ms of the clock. @default nobody knows */
  readonly sounded?: () => Promise<number>;
}

/** What a {@link PlayoutWatch} needs. */
export interface PlayoutWatchOptions extends PlayoutTimes {
  readonly clock: Clock;
  /** What of the agent's turn `turn` has left for the caller. */
  readonly played?: (turn: number) => readonly PlayedText[];
  /** Told with the turn that it belongs to. */
  readonly emit: (event: BackendEvent, turn?: number) => void;
}

/** Tells when answers begin to leave, when they have left, and when an interrupted one is silent. */
export class PlayoutWatch {
  readonly #options: PlayoutWatchOptions;

  /** Nothing is on its way yet. */
  constructor(options: PlayoutWatchOptions) {
    this.#options = options;
  }

  /** The first sound of an answer is on its way: that of the last of its words. */
  async begun({ turn, spoken }: SpokenWords): Promise<void> {
    const { began, emit } = this.#options;
    const at = await began?.(turn, spoken.length - 1);
    if (at !== undefined) emit({ type: "first-packet", at }, turn);
  }

  /** All of a reply is made; `replies` have ended in its turn with it. */
  async made(words: SpokenWords, replies: number): Promise<void> {
    const { clock, drained, played, emit } = this.#options;
    if (drained === undefined) return;
    const { turn, from, own } = words;
    if (own.length === 0) return emit({ type: "played", at: clock.now(), heardMs: 0 }, turn);
    const at = await drained(turn, replies);
    if (at === undefined) return;
    const texts = played?.(turn).slice(from, from + own.length) ?? [];
    const heardMs = texts.reduce((sum, { heardMs }) => sum + heardMs, 0);
    emit({ type: "played", at, heardMs }, turn);
  }

  /** A voice that began at `voiceAt` has interrupted the agent. */
  async interrupted(voiceAt: number): Promise<void> {
    const { silenced, emit } = this.#options;
    const at = await silenced?.();
    // One that was between two sentences had nothing to end.
    if (at !== undefined && at > voiceAt) emit({ type: "silent", bargeInMs: at - voiceAt });
  }
}
