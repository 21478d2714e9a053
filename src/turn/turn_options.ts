/** When a turn begins and ends, and what a voice over the agent's does. */

import type { BargeInOptions } from "./barge_in_options.ts";
import type { EndOfTurnPredictor } from "./end_of_turn_predictor.ts";
import type { TurnEvent } from "./turn_event.ts";

/** When a turn begins and ends. */
export interface TurnOptions {
  /**
   * Voice needed within {@link startWindowMs} before a turn begins while the agent is silent, in ms.
   * A click or a short cough is shorter; a syllable is longer. Nothing is waiting for it, as the
   * sound of those 120 ms is kept.
   * @default 120
   */
  readonly startMs?: number;
  /** The time in which the voice of {@link startMs} must fall, in ms. @default 200 */
  readonly startWindowMs?: number;
  /**
   * Silence that ends a turn of which nothing more is known, in ms. People pause up to about half a
   * second inside a sentence.
   * @default 500
   */
  readonly endMs?: number;
  /**
   * Silence that ends a turn when the predictor is certain that the caller has finished, in ms. The
   * stop inside a word and the breath between two lasts up to 200 ms; people answer each other after
   * about as long.
   * @default 250, or endMs where that is less
   */
  readonly fastEndMs?: number;
  /**
   * Silence that ends a turn when the predictor is certain that more will come, in ms. Between the
   * groups of a number that is read out people pause for about a second.
   * @default 1200, or endMs where that is more
   */
  readonly slowEndMs?: number;
  /**
   * Silence after which a frame is marked `mayEnd`, in ms. Pauses inside words are shorter, so that
   * most answers that are prepared then are wanted.
   * @default 200
   */
  readonly mayEndMs?: number;
  /**
   * A turn is cut after this, so that a noisy line gets an answer too, in ms. The next one begins
   * after a silence of {@link endMs} or, where none comes, after as long again: the answer must not
   * be taken for interrupted by the noise.
   * @default 30000
   */
  readonly longestMs?: number;
  /** The language spoken, as a BCP 47 tag, for the words at an end. @default any that is known */
  readonly language?: string;
  /** How likely the caller has finished, asked in every pause. @default a TranscriptPredictor */
  readonly predictor?: EndOfTurnPredictor;
  /** What a voice does while the agent speaks. @default duck, and decide */
  readonly bargeIn?: BargeInOptions;
  /** Told at once of what no frame's marks say. @default nobody is told */
  readonly onEvent?: (event: TurnEvent) => void;
}
