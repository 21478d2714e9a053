/** Words as they are compared: without case, marks and punctuation around them. */

/**
 * The words of `text`, in lower case.
 *
 * Hyphens and apostrophes part words, so that "mm-hm" is "mm hm" and "d'accord" is "d accord"; digits
 * stay together with the stops and commas inside them.
 */
export function wordsOf(text: string): string[] {
  const found = text.normalize("NFC").toLowerCase().match(WORD);
  return found === null ? [] : [...found];
}

const WORD = /\p{N}+(?:[.,:]\p{N}+)*|[\p{L}\p{M}]+/gu;

/** The base language of a BCP 47 tag: `pt` of `pt-BR`. */
export function baseLanguage(tag: string): string {
  return tag.toLowerCase().split(/[-_]/, 1)[0];
}

/** The words of a list that is written with spaces between them. */
export function listOf(words: string): string[] {
  return words.split(/\s+/).filter((word) => word !== "");
}
