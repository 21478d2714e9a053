/** Whether a caller has finished, judged by the words alone. */

import { isCompleteAnswer } from "./complete_answers.ts";
import { trailingDigits } from "./dictation.ts";
import type { EndOfTurnPredictor, Pause } from "./end_of_turn_predictor.ts";
import { mayAnswer, trailingWords } from "./trailing_words.ts";
import { wordsOf } from "./words.ts";

/** How {@link TranscriptPredictor} reads. */
export interface TranscriptPredictorOptions {
  /** The language of the words, as a BCP 47 tag. @default any that is known */
  readonly language?: string;
}

/** Fewer digits are a time or a number of people; more are a number that is being read out. */
const LEAST_DICTATED = 3;

/** What the words say, as likelihoods; see each rule in {@link TranscriptPredictor}. */
const UNKNOWN = 0.5;
const TRAILS_OFF = 0;
const DICTATES = 0.1;
const ENDS_IN_COMMA = 0.2;
const HAS_FULL_STOP = 0.9;
const IS_ANSWER = 1;

/**
 * Rules on what was understood so far, for English, German, French, Spanish, Italian, Portuguese and
 * Dutch.
 *
 * A transcript that ends in a word or a mark after which more must come trails off, whatever the
 * recogniser put behind it ("my name is" does, "yes, it is." does not): 0. Three digits or more at the
 * end are a number that is read out: 0.1. A comma, a colon or a dash: 0.2. A whole short answer ("no,
 * thank you") is complete: 1. A full stop or a question mark: 0.9, as recognisers put them early.
 * Anything else, or nothing: 0.5.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TranscriptPredictor } from "@sofia/phone/turn";
 *
 * const predictor = new TranscriptPredictor({ language: "en-GB" });
 * const pause = { audio: new Int16Array(0), sampleRate: 8000, silenceMs: 100 };
 * assert.equal(predictor.predict({ ...pause, transcript: "I'd like a table for" }), 0);
 * assert.equal(predictor.predict({ ...pause, transcript: "A table for two, please." }), 0.9);
 * ```
 */
export class TranscriptPredictor implements EndOfTurnPredictor {
  /** It goes by the words alone; one that extends it and listens says so here. */
  readonly hears: boolean = false;
  readonly #trailing: ReadonlySet<string>;

  /** Rules for one language, or for all of them. */
  constructor(options: TranscriptPredictorOptions = {}) {
    this.#trailing = trailingWords(options.language);
  }

  /** What the words say. */
  predict({ transcript }: Pick<Pause, "transcript">): number {
    const text = transcript.trimEnd();
    const words = wordsOf(text);
    if (words.length === 0) return UNKNOWN;
    const last = words[words.length - 1];
    const isQuestion = /[?？؟][\p{P}\s]*$/u.test(text);
    const isStopped = isQuestion || /[.!。！।۔][\p{Pe}\p{Pf}"']*$/u.test(text);
    if (isCompleteAnswer(words.join(" "))) return IS_ANSWER;
    if (/(\.\.|…|—)$/u.test(text)) return TRAILS_OFF;
    // "What is it for?" ends in such a word and is whole.
    const mayTrail = !isQuestion && !(isStopped && mayAnswer(last));
    if (mayTrail && this.#trailing.has(last)) return TRAILS_OFF;
    if (!isQuestion && trailingDigits(words) >= LEAST_DICTATED) return DICTATES;
    if (/[,;:，、；：،-]$/u.test(text)) return ENDS_IN_COMMA;
    return isStopped ? HAS_FULL_STOP : UNKNOWN;
  }
}
