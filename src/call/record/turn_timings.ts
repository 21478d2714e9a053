/** From what happens in a conversation to the times of its turns. */

import type { ConversationEvent } from "../../media/mod.ts";
import type { TurnTiming } from "./turn_timing.ts";

/** Failures of one turn that are kept: one that goes on for ever may have any number. */
const MOST_FAILURES = 20;

/** What may come between the turn that interrupts an answer and the last packet of that. */
const BETWEEN: ReadonlySet<ConversationEvent["type"]> = new Set<ConversationEvent["type"]>([
  "interrupt",
  "duck",
  "restore",
  "false-alarm",
  "partial",
]);

type Open = { -readonly [K in keyof TurnTiming]: TurnTiming[K] };

/**
 * Follows the turns of one call, and gives each when its answer is over: all of it has left for the
 * caller, it was cut short, or the call has ended.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TurnTimings } from "./turn_timings.ts";
 *
 * const timings = new TurnTimings();
 * timings.note({ type: "turn-begin", turn: 1, at: 1120, onsetMs: 120 });
 * timings.note({ type: "turn-end", turn: 1, at: 3000, durationMs: 2000, silenceMs: 500 });
 * timings.note({ type: "first-packet", turn: 1, at: 3400 });
 * const [done] = timings.note({ type: "played", turn: 1, at: 5000, heardMs: 1600 });
 * assert.deepEqual([done.beganAt, done.firstPacketAt, done.playedAt], [1000, 3400, 5000]);
 * ```
 */
export class TurnTimings {
  /** The turn under way, until its answer is over. */
  #open: Open | undefined;
  /** The turn that was cut just now, whose last packet may be still to come. */
  #cut: Open | undefined;

  /**
   * Takes what happened; `isHidden` while nobody is to know what the caller enters.
   *
   * @returns the turns that are over with it, seldom more than one
   */
  note(event: ConversationEvent, isHidden = false): TurnTiming[] {
    if (event.type === "silent" && this.#cut !== undefined) {
      this.#cut.bargeInMs = event.bargeInMs;
      return this.#closeCut();
    }
    const over = BETWEEN.has(event.type) ? [] : this.#closeCut();
    if (event.type === "turn-begin") {
      const { turn, at, onsetMs = 0 } = event;
      over.push(...this.#closeCut());
      this.#cut = this.#open;
      this.#open = { turn, beganAt: at - onsetMs, falseAlarms: 0 };
    } else if (event.type === "interrupt") this.#interrupted(event);
    else if (event.turn === this.#open?.turn) over.push(...this.#goOn(this.#open, event, isHidden));
    return over;
  }

  /** The turns that are not over yet. */
  get pending(): readonly TurnTiming[] {
    return [this.#cut, this.#open].filter((turn) => turn !== undefined);
  }

  /** The call is over. @returns the turns that end with it */
  end(): readonly TurnTiming[] {
    const over = this.pending;
    this.#cut = this.#open = undefined;
    return over;
  }

  #closeCut(): TurnTiming[] {
    const cut = this.#cut;
    this.#cut = undefined;
    return cut === undefined ? [] : [cut];
  }

  /** The answer that was under way is over: another turn has begun just now, or a key was pressed. */
  #interrupted({ turn, at, heard, unheard }: ConversationEvent & { type: "interrupt" }): void {
    if (this.#cut === undefined && this.#open !== undefined && this.#open.turn < turn) {
      this.#cut = this.#open;
      this.#open = undefined;
    }
    const cut = this.#cut ?? this.#open;
    // A greeting, or a question whether the caller is still there, answers no turn.
    if (cut === undefined || !isAnswered(cut)) return;
    cut.interruptedAt = at;
    if (cut.heard === undefined) return;
    cut.said ??= heard;
    cut.unheard = unheard;
  }

  #goOn(turn: Open, event: ConversationEvent, isHidden: boolean): TurnTiming[] {
    const { at } = event;
    switch (event.type) {
      case "turn-end":
        turn.endedAt = at;
        if (event.silenceMs !== undefined) turn.silenceMs = event.silenceMs;
        break;
      case "transcript":
        turn.transcriptAt = at;
        if (!isHidden) turn.heard = event.text;
        break;
      case "first-token":
        turn.firstTokenAt ??= at;
        break;
      case "first-audio":
        turn.firstAudioAt ??= at;
        break;
      case "first-packet":
        turn.firstPacketAt ??= at;
        break;
      case "reply-end":
        turn.repliedAt = at;
        if (!isHidden) turn.said = event.text;
        break;
      case "false-alarm":
        turn.falseAlarms++;
        break;
      case "failure":
        if ((turn.failures?.length ?? 0) < MOST_FAILURES) {
          turn.failures = [...turn.failures ?? [], event.step];
        }
        break;
      case "played":
        this.#open = undefined;
        if (event.heardMs > 0) turn.playedAt = at;
        return [turn];
    }
    return [];
  }
}

/** Whether something of its answer is there. */
function isAnswered({ firstAudioAt, firstPacketAt, repliedAt }: TurnTiming): boolean {
  return (firstAudioAt ?? firstPacketAt ?? repliedAt) !== undefined;
}
