/** From a stream of text to sentences, so that the first can be spoken while the second is thought. */

/**
 * Gathers text and gives back each sentence once it is certain that it is complete.
 *
 * The borders are those of Unicode Standard Annex #29, by `Intl.Segmenter`.
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
    this.#rest += text;
    const segments = [...this.#segmenter.segment(this.#rest)];
    // The last one may go on with the next push.
    this.#rest = segments.pop()?.segment ?? "";
    return segments.map(({ segment }) => segment.trim()).filter((sentence) => sentence !== "");
  }

  /** The sentence that was left when the text ended. */
  flush(): string[] {
    const sentence = this.#rest.trim();
    this.#rest = "";
    return sentence === "" ? [] : [sentence];
  }
}
