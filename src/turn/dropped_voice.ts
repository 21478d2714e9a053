/** A voice that was taken for nothing, and may have been the first word of a turn after all. */

/**
 * How soon after it the turn must begin, in ms from where it was dropped: people pause up to about half
 * a second inside a sentence, and a part of that has passed by then.
 */
const WITHIN_MS = 500;

/**
 * Remembers where such a voice began.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DroppedVoice } from "./dropped_voice.ts";
 *
 * const dropped = new DroppedVoice();
 * dropped.drop(400);
 * dropped.pass(100, 0);
 * assert.equal(dropped.lengthMs, 500);
 * ```
 */
export class DroppedVoice {
  #lengthMs = 0;
  #agoMs = 0;

  /** How long ago it began, in ms; 0 where there is none that matters. */
  get lengthMs(): number {
    return this.#lengthMs;
  }

  /** A voice that began `lengthMs` ms ago is dropped. The first word of several in a row counts. */
  drop(lengthMs: number): void {
    this.#lengthMs = Math.max(this.#lengthMs, lengthMs);
    this.#agoMs = 0;
  }

  /** `ms` milliseconds pass; the voice that is heard now, if there is one, began `runMs` ms ago. */
  pass(ms: number, runMs: number): void {
    if (this.#lengthMs === 0) return;
    this.#lengthMs += ms;
    this.#agoMs += ms;
    if (this.#agoMs - runMs > WITHIN_MS) this.forget();
  }

  /** It does not matter any more. */
  forget(): void {
    this.#lengthMs = this.#agoMs = 0;
  }
}
