/** What of an agent's words the caller heard. */

/** The pace of speech engines at their usual speed: about 15 letters, with their spaces, a second. */
const MS_PER_LETTER = 65;

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
 * Of a sentence that was cut short, as many words count as heard as fit its share of the time,
 * letters taken as a measure of time; a word counts when all of it was out.
 */
export function splitHeard(
  spoken: readonly SpokenText[],
  played: readonly PlayedText[],
): { heard: string; unheard: string } {
  const heard: string[] = [];
  const unheard: string[] = [];
  for (const [index, segment] of spoken.entries()) {
    if (segment.isAside) continue;
    const { text } = segment;
    const share = Math.min(1, (played[index]?.heardMs ?? 0) / Math.max(lengthMs(segment), 1));
    const end = share === 1 ? text.length : wordBoundary(text, share * text.length);
    heard.push(text.slice(0, end).trim());
    unheard.push(text.slice(end).trim());
  }
  return { heard: joinWords(heard), unheard: joinWords(unheard) };
}

/** The length of a text's speech; where that is still being made, at least what is usual. */
function lengthMs({ text, durationMs, isWhole = true }: SpokenText): number {
  return isWhole ? durationMs : Math.max(durationMs, text.length * MS_PER_LETTER);
}

/** The last position up to `limit` at which a word ends. */
function wordBoundary(text: string, limit: number): number {
  let end = 0;
  for (const { index, 0: word } of text.matchAll(/\S+/g)) {
    if (index + word.length > limit) break;
    end = index + word.length;
  }
  return end;
}

function joinWords(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}
