/** How far the agent has come with what it is saying. */

/** What is being said, or was said last and is not in the history yet. */
export interface SpeechProgress {
  /** What of it the caller has heard. */
  readonly heard: string;
  /** What of it is known, and the caller has not heard. */
  readonly unheard: string;
  /** Where in the history it will be. */
  readonly position: number;
}
