/** When a caller has been silent for too long. */

import type { NoInput } from "./voice_backend.ts";

/** What a {@link NoInputWatch} needs to know of a frame of the caller. */
export interface NoInputFrame {
  /** Its length. */
  readonly ms: number;
  /** The caller speaks, or the agent does or is about to, or the call is on hold. */
  readonly isBusy: boolean;
  /** A voice is in it, though perhaps not for long enough to be a turn. */
  readonly isVoice: boolean;
  /** It was made up, as nothing came from the caller's telephone. */
  readonly isConcealed: boolean;
}

/**
 * Counts the time in which neither side speaks, frame by frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NoInputWatch } from "./no_input.ts";
 *
 * const watch = new NoInputWatch(40);
 * const frame = { ms: 20, isBusy: false, isVoice: false, isConcealed: false };
 * assert.equal(watch.push(frame), undefined);
 * assert.deepEqual(watch.push(frame), { count: 1, isLineDead: false });
 * ```
 */
export class NoInputWatch {
  readonly #afterMs: number;
  #silentMs = 0;
  #heardMs = 0;
  #count = 0;

  /** Speaks up whenever `afterMs` ms have gone by in silence. @throws {RangeError} unless above 0 */
  constructor(afterMs: number) {
    if (!(afterMs > 0)) {
      throw new RangeError(
        `Cannot watch for silence as noInput.afterMs is above 0 ms: current value is ${afterMs}`,
      );
    }
    this.#afterMs = afterMs;
  }

  /** The caller has said something. */
  reset(): void {
    this.#count = 0;
    this.#begin();
  }

  /** Takes the next frame; returns how often in a row the caller was silent, when it was again. */
  push(frame: NoInputFrame): NoInput | undefined {
    const { ms, isBusy, isVoice, isConcealed } = frame;
    if (isBusy || isVoice) return void this.#begin();
    this.#silentMs += ms;
    if (!isConcealed) this.#heardMs += ms;
    if (this.#silentMs < this.#afterMs) return undefined;
    const isLineDead = this.#heardMs === 0;
    this.#begin();
    return { count: ++this.#count, isLineDead };
  }

  #begin(): void {
    this.#silentMs = 0;
    this.#heardMs = 0;
  }
}
