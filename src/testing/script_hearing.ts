/** A recogniser that is never wrong: it knows what the script says, and which of it was heard. */

import { type AudioFrame, msIn } from "../audio/mod.ts";
import type { VoiceBackend } from "../backend/mod.ts";
import type { SpokenWord } from "./synthetic_speech.ts";

/** How far a word may be from the sound that was heard, in ms: a jitter buffer's doing. */
const LEEWAY_MS = 60;

/**
 * Knows each frame the backend hears by its sound, and so when it was said.
 *
 * By that a turn that was cut, joined with another or heard too soon has the words that were in it.
 */
export class ScriptHearing {
  readonly #places = new Map<string, number>();
  readonly #words: () => readonly SpokenWord[];
  #frameSamples = 0;

  /** @param words what was said so far, in ms of the call */
  constructor(words: () => readonly SpokenWord[]) {
    this.#words = words;
  }

  /** Takes a frame as the backend hears it, whose sound was said from `ms` of the call on. */
  heard({ samples }: AudioFrame, ms: number): void {
    this.#frameSamples = samples.length;
    const key = keyOf(samples);
    if (key !== undefined) this.#places.set(key, ms);
  }

  /** When the frames of some sound were said, in ms of the call; those of silence are left out. */
  placesOf(audio: Int16Array): number[] {
    const places: number[] = [];
    const size = this.#frameSamples || audio.length;
    for (let at = 0; at + size <= audio.length; at += size) {
      const key = keyOf(audio.subarray(at, at + size));
      const place = key === undefined ? undefined : this.#places.get(key);
      if (place !== undefined) places.push(place);
    }
    return places;
  }

  /** The words of the script that were said at `places`. */
  textAt(places: readonly number[]): string {
    return this.#words().filter(({ startMs, endMs }) => {
      const middle = (startMs + endMs) / 2;
      return places.some((place) => middle > place - LEEWAY_MS && middle < place + 20 + LEEWAY_MS);
    }).map(({ text }) => text).join(" ");
  }

  /** `transcribe` and, word by word, `transcribeStream`. */
  steps(): Required<Pick<VoiceBackend, "transcribe" | "transcribeStream">> {
    return {
      transcribe: (audio) => this.textAt(this.placesOf(audio)),
      transcribeStream: (audio, sampleRate) => this.#stream(audio, sampleRate),
    };
  }

  async *#stream(
    audio: ReadableStream<Int16Array>,
    sampleRate: number,
  ): AsyncGenerator<string, void, void> {
    const places: number[] = [];
    let said = "";
    for await (const piece of audio) {
      const before = places.length;
      places.push(...this.placesOf(piece));
      if (places.length === before) continue;
      // A word is known when it is over.
      const end = places.at(-1)! + msIn(this.#frameSamples, sampleRate);
      const over = this.#words().filter(({ endMs }) => endMs <= end);
      const text = new ScriptHearing(() => over).textAt(places);
      if (text !== said) yield said = text;
    }
    const text = this.textAt(places);
    if (text !== said) yield text;
  }
}

/** The sound of a frame as a key; undefined for silence, of which each frame is like the other. */
function keyOf(samples: Int16Array): string | undefined {
  let [hash, sum, energy] = [0x811c9dc5, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    hash = Math.imul(hash ^ (samples[i] & 0xffff), 0x01000193);
    sum = (Math.imul(sum, 31) + samples[i]) | 0;
    energy += Math.abs(samples[i]);
  }
  return energy <= samples.length ? undefined : `${hash} ${sum}`;
}
