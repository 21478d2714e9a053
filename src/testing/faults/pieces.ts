/** Text and sound in pieces. */

import { samplesIn, tone } from "../../audio/mod.ts";
import type { Speech } from "../../backend/mod.ts";

const PIECE_MS = 100;
const SAMPLE_RATE = 16_000;

/** A text word by word, each with the space after it. */
export function cutText(text: string): readonly string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** Speech in pieces of 100 ms. */
export function cutSpeech({ samples, sampleRate }: Speech): readonly Speech[] {
  const length = samplesIn(PIECE_MS, sampleRate);
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, index) => ({
    samples: samples.slice(index * length, (index + 1) * length),
    sampleRate,
  }));
}

/** A thousand characters, in sentences. */
export function longText(): string {
  return "And so on, and on. ".repeat(53).slice(0, 999) + " ";
}

/** A second of sound. */
export function longSpeech(): Speech {
  return { samples: tone([440], 1000, { sampleRate: SAMPLE_RATE }), sampleRate: SAMPLE_RATE };
}

/** No sound. */
export function noSpeech(): Speech {
  return { samples: new Int16Array(0), sampleRate: SAMPLE_RATE };
}
