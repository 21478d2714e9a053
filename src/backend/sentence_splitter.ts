/** From a stream of text to sentences, so that the first can be spoken while the second is thought. */

/** Text that goes on for longer without an end is cut after a word: half a minute of speech. */
const LONGEST = 400;

/**
 * Gathers text and gives back each sentence once it is certain that it is complete.
 *
 * What goes on for more than 400 characters is cut after a word, so that a list without a full stop
 * is heard too. The borders are those of Unicode Standard Annex #29, by `Intl.Segmenter`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SentenceSplitter } from "@sofia/phone/backend";
 *
 * const sentences = new SentenceSplitter();
 * assert.deepEqual(sentences.push("Good morning. How"), ["Good morning."]);
 * assert.deepEqual(sentences.push(" are you?"), []);
 * assert.deepEqual(sentences.flush(), ["How are you?"]);
 * ```
 */
export class SentenceSplitter {
  readonly #segmenter = new Intl.Segmenter(undefined, { granularity: "sentence" });
  #rest = "";

  /** Takes more text, returns the sentences that are now complete. */
  push(text: string): string[] {
    const segments = [...this.#segmenter.segment(this.#rest + text)];
    // The last one may go on with the next push.
    this.#rest = segments.pop()?.segment ?? "";
    const sentences = segments.map(({ segment }) => segment);
    while (this.#rest.length > LONGEST) {
      const space = this.#rest.lastIndexOf(" ", LONGEST);
      const end = space > 0 ? space : LONGEST;
      sentences.push(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end);
    }
    return sentences.map((sentence) => sentence.trim()).filter((sentence) => sentence !== "");
  }

  /** The sentence that was left when the text ended. */
  flush(): string[] {
    const sentence = this.#rest.trim();
    this.#rest = "";
    return sentence === "" ? [] : [sentence];
  }
}
