/** What lost packets count as. */

/** What a frame tells of voice and silence, in ms. Neither, where its own sound was lost. */
export interface Weighed {
  /** Voice that was heard. */
  readonly voiceMs: number;
  /** Silence, and lost sound before it that is now taken for silence too. */
  readonly silenceMs: number;
}

/** Sound that was made up for longer than this is no loss but a line on which nothing is sent, in ms. */
const LONGEST_LOSS_MS = 120;

/**
 * Weighs frames, so that lost packets neither begin nor end anything.
 *
 * Concealed sound is a guess, so it waits for what comes next: before a voice it counts as nothing,
 * before a silence it was silence. After 120 ms of it the line is dead or its other end sends no
 * silence, and all of it counts as silence, so that turns end.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LostSound } from "./lost_sound.ts";
 *
 * const lost = new LostSound();
 * assert.deepEqual(lost.weigh(20, { voice: true, concealed: true }), { voiceMs: 0, silenceMs: 0 });
 * assert.deepEqual(lost.weigh(20, { voice: false }), { voiceMs: 0, silenceMs: 40 });
 * ```
 */
export class LostSound {
  #waitingMs = 0;
  #madeUpMs = 0;

  /** Takes the next frame's length in ms and marks. */
  weigh(ms: number, marks: { voice: boolean; concealed?: boolean }): Weighed {
    if (marks.concealed) {
      this.#waitingMs += ms;
      this.#madeUpMs += ms;
      return this.#madeUpMs > LONGEST_LOSS_MS ? this.#silence(0) : { voiceMs: 0, silenceMs: 0 };
    }
    this.#madeUpMs = 0;
    if (!marks.voice) return this.#silence(ms);
    this.#waitingMs = 0;
    return { voiceMs: ms, silenceMs: 0 };
  }

  #silence(ms: number): Weighed {
    const silenceMs = this.#waitingMs + ms;
    this.#waitingMs = 0;
    return { voiceMs: 0, silenceMs };
  }
}
