/** From a stream of text to sentences, so that the first can be spoken while the second is thought. */

import { type Abbreviations, abbreviationsOf } from "./abbreviations.ts";
import { decideBoundary, withoutOpening } from "./sentence_boundary.ts";

/** Text that goes on for longer without an end is cut after a word: half a minute of speech. */
const LONGEST = 400;
/** How much must follow before such a cut, as the end of a sentence is known by what comes next. */
const LOOKED_AHEAD = 60;
/** Text without any of these holds no end of a sentence. `;` is a question mark in Greek. */
const MAY_END = /[\p{Sentence_Terminal};\n\r\u0085\u2028\u2029]/u;

/** How {@link SentenceSplitter} splits. */
export interface SentenceSplitterOptions {
  /** The language of the text, as a BCP 47 tag. @default any: the abbreviations of all are known */
  readonly language?: string;
  /**
   * Releases the beginning of the first sentence at a comma, a semicolon or a colon when it has at least
   * so many characters, so that the first sound comes sooner: 30 are some two seconds of speech, enough
   * to make the rest in. The voice falls less naturally there, so it is off unless asked for.
   * @default Infinity
   */
  readonly firstClauseMin?: number;
}

/**
 * Gathers text and gives back each sentence once it is certain that it is complete.
 *
 * The borders are those of Unicode Standard Annex #29, by `Intl.Segmenter`, without those after
 * abbreviations, initials, ordinals ("am 3. Mai"), the numbers of a list and inside of addresses.
 * Certain is a full stop when the first letter after it is there, in some cases the first word; any
 * other mark when anything follows it; a line's end at once. What goes on for more than 400 characters
 * is cut after a word, so that a list without a full stop is heard too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SentenceSplitter } from "@sofia/phone/backend";
 *
 * const sentences = new SentenceSplitter();
 * assert.deepEqual(sentences.push("Good morning, Dr. Who. How"), ["Good morning, Dr. Who."]);
 * assert.deepEqual(sentences.push(" are you?"), []);
 * assert.deepEqual(sentences.flush(), ["How are you?"]);
 * ```
 */
export class SentenceSplitter {
  readonly #segmenter: Intl.Segmenter;
  readonly #abbreviations: Abbreviations;
  readonly #firstClauseMin: number;
  #rest = "";
  #isFirst = true;

  /** Starts with no text. @throws {RangeError} for a language that is no BCP 47 tag */
  constructor(options: SentenceSplitterOptions = {}) {
    const { language, firstClauseMin = Infinity } = options;
    if (!(firstClauseMin > 0)) {
      throw new RangeError(
        `Cannot split sentences as firstClauseMin is above 0: current value is ${firstClauseMin}`,
      );
    }
    this.#segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
    this.#abbreviations = abbreviationsOf(language);
    this.#firstClauseMin = firstClauseMin;
  }

  /** Takes more text, returns the sentences that are now complete. */
  push(text: string): string[] {
    this.#rest += text;
    return this.#take(false);
  }

  /** The sentences that were left when the text ended; what comes after is another text. */
  flush(): string[] {
    const sentences = this.#take(true);
    const last = this.#rest.trim();
    this.#rest = "";
    this.#isFirst = true;
    return last === "" ? sentences : [...sentences, last];
  }

  #take(isAll: boolean): string[] {
    const sentences: string[] = [];
    for (;;) {
      const end = this.#end(isAll);
      if (end === 0) return sentences;
      const sentence = this.#rest.slice(0, end).trim();
      this.#rest = this.#rest.slice(end);
      if (sentence === "") continue;
      sentences.push(sentence);
      this.#isFirst = false;
    }
  }

  /** Where the first sentence ends, or 0. */
  #end(isAll: boolean): number {
    const rest = this.#rest;
    const sentence = MAY_END.test(rest) ? this.#sentenceEnd(isAll) : 0;
    const clause = this.#isFirst ? clauseEnd(rest, this.#firstClauseMin) : 0;
    const end = sentence === 0 || (clause > 0 && clause < sentence) ? clause : sentence;
    if (end > 0 && end <= LONGEST) return end;
    if (end === 0 && rest.length <= LONGEST + (isAll ? 0 : LOOKED_AHEAD)) return 0;
    const space = rest.lastIndexOf(" ", LONGEST);
    return space > 0 ? space : LONGEST;
  }

  #sentenceEnd(isAll: boolean): number {
    const rest = this.#rest;
    for (const { segment, index } of this.#segmenter.segment(rest)) {
      if (index + segment.length === rest.length && !/[\n\r]$/.test(segment)) return 0;
      const end = index + withoutOpening(segment);
      const context = { before: rest.slice(0, end), after: rest.slice(end), isAll };
      const boundary = decideBoundary(context, this.#abbreviations);
      if (boundary === "yes") return end;
      if (boundary === "wait") return 0;
    }
    return 0;
  }
}

/** The end of the first clause of at least `least` characters, once something follows it, or 0. */
function clauseEnd(text: string, least: number): number {
  if (text.length <= least) return 0;
  for (const { index, 0: mark } of text.matchAll(/[,;:](?=\s+\S)|[，、；：،](?=.)/gsu)) {
    if (index + mark.length >= least) return index + mark.length;
  }
  return 0;
}
