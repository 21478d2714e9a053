/** Whether the backend still understands its caller. */

/** A turn of this length holds words, in ms, with the silence that ended it. */
const LONG_MS = 2000;
/** So many of them in a row in which none were found say that something is wrong. */
const MANY = 2;

/** Counts the long turns of a caller in which no word was understood. */
export class WordlessTurns {
  #count = 0;

  /** Takes what was understood of a turn of `durationMs` ms; whether the caller has to be told by now. */
  push(text: string, durationMs: number): boolean {
    if (text.trim() !== "") this.#count = 0;
    else if (durationMs >= LONG_MS) this.#count++;
    if (this.#count < MANY) return false;
    this.#count = 0;
    return true;
  }
}
