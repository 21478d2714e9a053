/** Speech out of nothing but its text: no engine, no network, no chance. */

import { msIn, samplesIn } from "../audio/mod.ts";
import type { Speech } from "../backend/mod.ts";
import { SeededRandom } from "../clock/mod.ts";
import { phonesOf } from "./phones.ts";
import { articulate, type Articulation } from "./vocal_tract.ts";

/** How {@link syntheticSpeech} sounds. */
export interface SyntheticSpeechOptions {
  /** The pitch of the voice, in Hz: 120 is a man's, 210 a woman's. @default 120 */
  readonly pitchHz?: number;
  /** How fast it speaks: 1 is about 14 letters a second. @default 1 */
  readonly pace?: number;
  /** The level of its voiced sounds (RMS), in dBov. @default -20 */
  readonly levelDb?: number;
}

/** One word and when it is said. */
export interface SpokenWord {
  /** The word as it was written. */
  readonly text: string;
  /** When it begins, in ms from the first sample. */
  readonly startMs: number;
  /** When it ends, in ms from the first sample. */
  readonly endMs: number;
}

/** Sound of which it is known what is said when. */
export interface TimedSpeech extends Speech {
  /** The words in order. */
  readonly words: readonly SpokenWord[];
}

const SAMPLE_RATE = 8000;
const COMMA_MS = 160;
const STOP_MS = 300;
/** From a phone's own length to that of unhurried speech, about 14 letters a second. */
const USUAL = 1.2;
/** The last word of a sentence is drawn out. */
const LAST_WORD = 1.25;

/**
 * `text` in a voice like a person's to a detector of voices, if not to an ear: 8 kHz, mono.
 *
 * Vowels with the formants of a mouth, consonants with their noise, a pitch that falls towards the
 * end of a sentence and rises with a question, pauses at the signs. The same text is the same sound.
 */
export function syntheticSpeech(text: string, options: SyntheticSpeechOptions = {}): TimedSpeech {
  const { pitchHz = 120, pace = 1, levelDb = -20 } = options;
  if (!(pitchHz >= 50 && pitchHz <= 500)) {
    throw new RangeError(
      `Cannot speak as pitchHz is 50 to 500: current value is ${pitchHz}`,
    );
  }
  if (!(pace >= 0.25 && pace <= 4)) {
    throw new RangeError(`Cannot speak as pace is 0.25 to 4: current value is ${pace}`);
  }
  const sentences = text.split(/(?<=[.!?])\s+/).filter((sentence) => /\S/.test(sentence));
  const articulations: Articulation[] = [];
  const words: SpokenWord[] = [];
  let atMs = 0;
  const add = (articulation: Articulation) => {
    articulations.push(articulation);
    atMs += msIn(samplesIn(articulation.durationMs, SAMPLE_RATE), SAMPLE_RATE);
  };
  for (const [index, sentence] of sentences.entries()) {
    const spoken = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
    const isQuestion = sentence.trimEnd().endsWith("?");
    for (const [position, word] of spoken.entries()) {
      const startMs = atMs;
      const isLast = position === spoken.length - 1;
      const done = position / Math.max(spoken.length - 1, 1);
      const rise = isQuestion && isLast ? 1.35 : 1;
      const baseHz = pitchHz * (1.12 - 0.24 * done) * rise;
      let stress = 1.1;
      for (const phone of phonesOf(word)) {
        const durationMs = phone.ms * (isLast ? LAST_WORD : 1) * USUAL / pace;
        add({ phone, durationMs, pitchHz: baseHz * stress });
        if (phone.isVowel) stress = 1;
      }
      words.push({ text: word, startMs, endMs: atMs });
      if (/[,;:]$/.test(word) && !isLast) add(pause(COMMA_MS / pace, baseHz));
    }
    if (index < sentences.length - 1) add(pause(STOP_MS / pace, pitchHz));
  }
  // Its noise is a part of the voice: the same for every seed of a simulation.
  const samples = articulate(articulations, { random: new SeededRandom(7), levelDb });
  return { samples, sampleRate: SAMPLE_RATE, words };
}

function pause(durationMs: number, pitchHz: number): Articulation {
  const phone = {
    ms: durationMs,
    formants: [500, 1500, 2500],
    voice: 0,
    breath: 0,
    breathHz: 0,
    isVowel: false,
  } as const;
  return { phone, durationMs, pitchHz };
}
