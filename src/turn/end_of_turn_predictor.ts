/** The seam of what guesses whether a caller has finished. */

/** What is known in a pause of the caller's. */
export interface Pause {
  /**
   * The end of the turn so far, up to four seconds with the pause: signed 16-bit, mono. Put together
   * when it is read.
   */
  readonly audio: Int16Array;
  /** Samples per second of {@link audio}. */
  readonly sampleRate: number;
  /** What was understood of the turn so far; empty where nothing was. */
  readonly transcript: string;
  /** How long the pause has lasted, in ms. */
  readonly silenceMs: number;
}

/**
 * Guesses whether a caller who pauses has finished.
 *
 * Asked once a pause has lasted 100 ms, and again in the same pause when the transcript changes.
 */
export interface EndOfTurnPredictor {
  /** Whether it wants {@link Pause.audio}, which is empty where it does not. @default true */
  readonly hears?: boolean;
  /**
   * How likely the caller has finished: 1 ends the turn fast, 0.5 after the base silence, 0 slowly, and
   * what lies between does in proportion. A promise holds nothing up: it counts from when it is kept.
   */
  predict(pause: Pause): number | Promise<number>;
}
