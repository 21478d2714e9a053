/** Words with which people show that they listen, and want to say nothing. */

import { wordsOf } from "./words.ts";

/** By language. Sounds such as "mm-hm" are the same in all and are known by their form. */
const KNOWN: Readonly<Record<string, string>> = {
  en:
    "yeah|yes|yep|yup|okay|ok|right|sure|i see|got it|alright|all right|of course|great|cool|good|" +
    "really|wow|exactly|fine|true|oh",
  de: "ja|jo|okay|genau|klar|gut|alles klar|ach so|achso|stimmt|richtig|verstehe|natürlich|sicher",
  fr: "oui|ouais|d accord|ok|bien sûr|voilà|exactement|très bien|je vois|ah bon|entendu|bon",
  es: "sí|si|vale|claro|bueno|ya|de acuerdo|exacto|entiendo|ajá|bien|muy bien|por supuesto",
  it: "sì|si|va bene|certo|esatto|capito|bene|d accordo|giusto|ho capito|certamente",
  pt: "sim|tá|tá bom|está bem|certo|claro|pois|pois é|entendi|isso|exato|beleza|ok",
  nl: "ja|jawel|oké|ok|precies|goed|klopt|natuurlijk|juist|snap ik|duidelijk|prima|hoor",
};

/** "mm", "mhm", "hmm", "uh", "huh", "ah", "aha", "oh", "um" and how else they are written. */
const SOUND = /^(m+h*m*|h+m+|[uea]+h*m+|[uaoe]h+|h[ua]h|aha+|äh+m*|öh)$/;

/**
 * Knows when all that a caller said only shows that it listens.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Backchannel } from "./backchannel.ts";
 *
 * const backchannel = new Backchannel();
 * assert.equal(backchannel.isAll("Mm-hm, I see. Okay."), true);
 * assert.equal(backchannel.isAll("Okay, but wait"), false);
 * ```
 */
export class Backchannel {
  readonly #phrases: ReadonlySet<string>;
  readonly #longest: number;

  /** Knows the words of seven languages, and `more` words or phrases. */
  constructor(more: readonly string[] = []) {
    const known = Object.values(KNOWN).flatMap((words) => words.split("|"));
    const phrases = [...known, ...more].map(wordsOf).filter((words) => words.length > 0);
    this.#phrases = new Set(phrases.map((words) => words.join(" ")));
    this.#longest = Math.max(...phrases.map((words) => words.length));
  }

  /** Whether nothing else was said. Where nothing was said at all, nothing else was. */
  isAll(text: string): boolean {
    const words = wordsOf(text);
    for (let at = 0; at < words.length;) {
      const length = this.#phraseAt(words, at);
      if (length === 0) return false;
      at += length;
    }
    return true;
  }

  /** How many words of the longest phrase begin at `at`. */
  #phraseAt(words: readonly string[], at: number): number {
    for (let length = this.#longest; length > 0; length--) {
      if (this.#phrases.has(words.slice(at, at + length).join(" "))) return length;
    }
    return SOUND.test(words[at]) ? 1 : 0;
  }
}
