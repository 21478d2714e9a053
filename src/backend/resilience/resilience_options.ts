/** How long each step may take, how often it is tried, and who does it instead. */

import type { Clock, Random } from "../../clock/mod.ts";
import type { CallInfo, VoiceBackend } from "../voice_backend.ts";
import type { CircuitBreakerOptions } from "./circuit_breaker.ts";

/** What is done for one step. Its defaults are different for each: see {@link ResilienceOptions}. */
export interface StepPolicy {
  /**
   * How long each attempt may take until the first part of the answer is there, or all of it if it
   * comes as a whole, in ms.
   */
  readonly firstPartMs?: number;
  /**
   * How long each further part may take, and the end, in ms from when it is asked for: time in which
   * nobody asks, as speech is played before, does not count.
   */
  readonly nextPartMs?: number;
  /**
   * How often one backend is asked in all, as long as nothing of the answer was passed on. What has
   * run out of time is not asked again while there is a fallback: the caller has waited enough.
   */
  readonly attempts?: number;
  /**
   * The wait before the second attempt, in ms, less the jitter; twice as long before each further one.
   * It is short, as a caller waits.
   * @default 200
   */
  readonly waitMs?: number;
  /** Up to which share of the wait is left out, by chance. @default 0.5 */
  readonly jitter?: number;
  /** Whether to try again after this error. @default after all */
  readonly isRetriable?: (error: unknown) => boolean;
  /** Whether an answer with nothing in it is one. Otherwise it counts as a failure. */
  readonly mayBeEmpty?: boolean;
  /** When this backend is not asked for a while. All calls share it. */
  readonly circuit?: Omit<CircuitBreakerOptions, "random">;
}

/** What is done for a step that gives text. */
export interface TextStepPolicy extends StepPolicy {
  /** A text longer than this, in characters, is a failure. */
  readonly maxCharacters?: number;
}

/** What is done for the step that gives sound. */
export interface SpeakPolicy extends StepPolicy {
  /** Speech of one text that is longer than this, in ms, is a failure. */
  readonly maxSpeechMs?: number;
}

/** How {@link resilient} guards a backend. */
export interface ResilienceOptions {
  /**
   * Hearing, after the caller's turn.
   *
   * By default `firstPartMs` is 6000, `nextPartMs` 4000, `attempts` 2, `maxCharacters` 20000, and an
   * empty transcript says that nothing was said.
   */
  readonly transcribe?: TextStepPolicy;
  /**
   * Hearing while the caller speaks. Its times run from when the caller's turn is over, as nothing can
   * be expected of it before.
   *
   * By default `firstPartMs` and `nextPartMs` are 2500, `attempts` 1, as `transcribe` hears the turn
   * again, `maxCharacters` 20000, and a stream may end without a word.
   */
  readonly transcribeStream?: TextStepPolicy;
  /**
   * Thinking. Each backend is asked once unless you say otherwise, as a model may have acted: booked the
   * table. For the same reason give no fallback for a model that acts.
   *
   * By default `firstPartMs` and `nextPartMs` are 6000, `attempts` 1, `maxCharacters` 100000, and an
   * empty answer is a failure.
   */
  readonly generate?: TextStepPolicy;
  /**
   * Speaking, text by text.
   *
   * By default `firstPartMs` and `nextPartMs` are 4000, `attempts` 2, `maxSpeechMs` 600000, and no sound
   * for a text with letters or digits in it is a failure.
   */
  readonly speak?: SpeakPolicy;
  /**
   * Who is asked, in this order, when a step of the first backend has failed for good or its circuit is
   * open. Each must hear the caller at the rate of the first.
   * @default []
   */
  readonly fallbacks?: readonly VoiceBackend[];
  /**
   * How long `onCallStart` may take, in ms: after that the call begins without its greeting.
   * @default 4000
   */
  readonly greetingMs?: number;
  /** Told that `onCallStart` or `onCallEnd` failed, which have no turn to report it to. */
  readonly onError?: (error: unknown, call: CallInfo) => void;
  /** What times are measured by. @default SystemClock */
  readonly clock?: Clock;
  /** The chance of waits and cool-downs. @default SystemRandom */
  readonly random?: Random;
}
