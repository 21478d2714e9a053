/** What of an agent's words the caller heard. */

/** The pace of speech engines at their usual speed: about 15 letters, with their spaces, a second. */
const MS_PER_LETTER = 65;
/** A digit is spoken as a word of three to five letters and a space. */
const DIGIT = /\d/g;
const DIGIT_LETTERS = 5;
/** Where a voice rests within a sentence, and for how many letters: 130 to 200 ms. */
const REST = /[,;:\u2013\u2014](?=\s)|[.!?\u2026](?=\s)/g;
const REST_LETTERS = 2.5;

/** Words and the length of their speech. */
export interface SpokenText {
  /** What was said. */
  readonly text: string;
  /** The length of its speech so far, in ms. */
  readonly durationMs: number;
  /** False while more of its speech may come. @default true */
  readonly isWhole?: boolean;
  /** It is not part of the conversation: words to bridge a wait. @default false */
  readonly isAside?: boolean;
}

/** Words and how much of their speech has left for the caller. */
export interface PlayedText {
  /** What was said. */
  readonly text: string;
  /** In ms. */
  readonly heardMs: number;
}

/**
 * Cuts the words of an agent's turn to those that were heard.
 *
 * Of a sentence that was cut short, as many words count as heard as fit its share of the time. Time is
 * measured by letters; a digit is spoken as a word of several, and a voice rests at a comma. A word
 * counts when all of it was out. Of speech that is still being made the length is guessed by the pace of
 * the voice, if not given that of the sentences here.
 */
export function splitHeard(
  spoken: readonly SpokenText[],
  played: readonly PlayedText[],
  pace: VoicePace = new VoicePace().learn(spoken),
): { heard: string; unheard: string } {
  const heard: string[] = [];
  const unheard: string[] = [];
  for (const [index, segment] of spoken.entries()) {
    if (segment.isAside) continue;
    const { text } = segment;
    const lengthMs = lengthOf(segment, pace.msPerLetter);
    const share = Math.min(1, (played[index]?.heardMs ?? 0) / Math.max(lengthMs, 1));
    const end = share === 1 ? text.length : wordBoundary(text, share * lettersOf(text));
    heard.push(text.slice(0, end).trim());
    unheard.push(text.slice(end).trim());
  }
  return { heard: joinWords(heard), unheard: joinWords(unheard) };
}

/** The length of a text's speech in ms; where that is still being made, at least what is usual. */
function lengthOf({ text, durationMs, isWhole = true }: SpokenText, msPerLetter: number): number {
  return isWhole ? durationMs : Math.max(durationMs, lettersOf(text) * msPerLetter);
}

/**
 * How fast a voice speaks, by the sentences that it has said to their ends.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VoicePace } from "@sofia/phone/backend";
 *
 * const pace = new VoicePace().learn([{ text: "Good day to you", durationMs: 1500 }]);
 * assert.equal(pace.msPerLetter, 100);
 * ```
 */
export class VoicePace {
  #ms = 0;
  #letters = 0;

  /** How long a letter takes, in ms; the usual time while no sentence was said. */
  get msPerLetter(): number {
    return this.#letters > 0 ? this.#ms / this.#letters : MS_PER_LETTER;
  }

  /** Takes what was said, of which only whole sentences count; returns itself. */
  learn(spoken: readonly SpokenText[]): this {
    for (const { text, durationMs, isWhole = true } of spoken) {
      if (!isWhole || text === "") continue;
      this.#ms += durationMs;
      this.#letters += lettersOf(text);
    }
    return this;
  }
}

/** How many letters would take as long as `text` does, up to the end of its last word. */
function lettersOf(text: string): number {
  let letters = text.length;
  for (const _ of text.matchAll(DIGIT)) letters += DIGIT_LETTERS - 1;
  for (const _ of text.matchAll(REST)) letters += REST_LETTERS;
  return letters;
}

/** The last position at which a word ends within `limit` letters. */
function wordBoundary(text: string, limit: number): number {
  let end = 0;
  for (const { index, 0: word } of text.matchAll(/\S+/g)) {
    if (lettersOf(text.slice(0, index + word.length)) > limit) break;
    end = index + word.length;
  }
  return end;
}

function joinWords(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
