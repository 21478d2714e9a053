/** An answer that is prepared before it is certain that the caller has finished. */

import type { Hearing } from "./hearing.ts";
import { type ReplyContext, thinkOf } from "./reply.ts";
import type { Speeches } from "./speeches.ts";
import type { Utterance } from "./utterance_collector.ts";

/** What was prepared, when the turn is over. */
export interface Prepared {
  readonly text: string;
  readonly speeches: Speeches;
}

/**
 * Guesses what the caller said, from what was heard so far, and begins to answer it.
 *
 * Where the backend hears while the caller speaks, the guess is what it has understood; else it is
 * asked for what it makes of the turn so far.
 */
export class Speculation {
  /** What the caller said, if `transcribe` was asked for it; only silence comes after that. */
  readonly heard: Promise<string> | undefined;
  readonly #hearing: Hearing | undefined;
  #speeches: Speeches | undefined;
  #text: string | undefined;
  #isOver = false;

  /**
   * @param live the hearing of the turn under way
   * @param anew makes a hearing that hears a whole turn again
   */
  constructor(
    context: Pick<ReplyContext, "backend" | "call" | "history" | "report">,
    live: Hearing | undefined,
    anew: { readonly hearing: () => Hearing; readonly utterance: Utterance },
  ) {
    const think = (text: string) => {
      this.#text = text.trim();
      if (this.#text !== "" && !this.#isOver) this.#speeches = thinkOf(this.#text, context);
    };
    if (live?.isLive) {
      if (live.latest !== undefined) think(live.latest);
      return;
    }
    this.#hearing = anew.hearing();
    this.heard = this.#hearing.finish(anew.utterance, false);
    this.heard.then(think, () => {});
  }

  /** What is prepared by now. A guess that failed is no failure yet: nothing is prepared then. */
  get prepared(): Prepared | undefined {
    if (this.#text === undefined || this.#speeches === undefined) return undefined;
    if (this.#speeches.failedStep !== undefined) return undefined;
    return { text: this.#text, speeches: this.#speeches };
  }

  /** Throws it away. */
  cancel(reason: unknown): void {
    this.#isOver = true;
    this.#hearing?.cancel(reason);
    this.#speeches?.cancel(reason);
  }
}
