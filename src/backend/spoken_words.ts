/** The words of one talk, from the moment at which they are on their way to the caller. */

import type { AudioFrame } from "../audio/mod.ts";
import type { SpokenText } from "./heard.ts";

/** Keeps what was said in the agent's turn, word for word in the order of the ledger. */
export class SpokenWords {
  /** The agent's turn: the number of the caller's turn it answers; 0 for the greeting. */
  turn = 0;
  /** All that is spoken in this turn, also by others before. */
  spoken: SpokenText[] = [];
  /** Where in {@link spoken} its own begins. */
  from = 0;
  /** How many of the marked texts have begun, of all turns; asides do not count. */
  begun = 0;
  /** The words that a frame is the first of. */
  readonly #marked = new WeakMap<AudioFrame, SpokenText>();

  /** Its own words of this turn. */
  get own(): SpokenText[] {
    return this.spoken.slice(this.from);
  }

  /** It is its turn to speak, perhaps again. */
  enter(turn: number, spoken: SpokenText[]): void {
    this.turn = turn;
    this.spoken = spoken;
    this.from = spoken.length;
  }

  /** Says that the first of `frames` that has a text is the first of `segment`. Returns the frames. */
  mark(frames: AudioFrame[], segment: SpokenText): AudioFrame[] {
    const first = frames.find(({ text }) => text !== undefined);
    if (first !== undefined) this.#marked.set(first, segment);
    return frames;
  }

  /**
   * Notes that a frame is on its way to the caller.
   *
   * Words count as spoken from then on, and not when their sound is there: the ledger knows only what
   * it was given, and in this order.
   */
  left(frame: AudioFrame): void {
    const segment = this.#marked.get(frame);
    if (segment === undefined) return;
    this.spoken.push(segment);
    if (!segment.isAside) this.begun++;
  }
}
