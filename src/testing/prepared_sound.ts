/** A caller's sound as its telephone takes it up. */

import { concatSamples, msIn, rmsLevel } from "../audio/mod.ts";
import type { Random } from "../clock/mod.ts";
import { Resampler } from "../resample/mod.ts";
import type { CallerSound } from "./caller_action.ts";
import type { SpokenWord } from "./synthetic_speech.ts";

/** Hz of a telephone. */
const LINE_RATE = 8000;
/** Samples of 10 ms. */
const PIECE = 80;
/** What is so far below the loudest 10 ms is no part of the speech, in dB. */
const FLOOR_DB = 35;

/** Sound at 8 kHz, with what is said in it. */
export interface PreparedSound {
  readonly kind: CallerSound["kind"];
  readonly text: string;
  /** At 8 kHz. */
  readonly samples: Int16Array;
  /** Its words, in ms from the first sample; empty for what has none. */
  readonly words: readonly SpokenWord[];
  /** Where it begins and ends to be heard, in ms from the first sample. */
  readonly startMs: number;
  readonly endMs: number;
}

/** Makes a sound; the resampler is loaded. */
export function prepareSound(sound: CallerSound, random: Random): PreparedSound {
  const { kind, text } = sound;
  const made = sound.make(random);
  const samples = atLineRate(made.samples, made.sampleRate);
  const { startMs, endMs } = audiblePart(samples);
  const isSpoken = kind === "speech" || kind === "backchannel";
  const words = !isSpoken ? [] : made.words ?? spread(text, startMs, endMs);
  return { kind, text, samples, words, startMs, endMs };
}

function atLineRate(samples: Int16Array, sampleRate: number): Int16Array {
  if (sampleRate === LINE_RATE) return samples;
  const resampler = new Resampler(sampleRate, LINE_RATE);
  const resampled = concatSamples([resampler.push(samples), resampler.flush()]);
  resampler.close();
  return resampled.slice(resampler.delay);
}

function audiblePart(samples: Int16Array): { startMs: number; endMs: number } {
  const levels: number[] = [];
  for (let at = 0; at < samples.length; at += PIECE) {
    levels.push(rmsLevel(samples.subarray(at, at + PIECE)));
  }
  const floor = Math.max(-60, Math.max(-Infinity, ...levels) - FLOOR_DB);
  const first = levels.findIndex((level) => level >= floor);
  const last = levels.findLastIndex((level) => level >= floor);
  if (first < 0) return { startMs: 0, endMs: msIn(samples.length, LINE_RATE) };
  const endMs = Math.min((last + 1) * 10, msIn(samples.length, LINE_RATE));
  return { startMs: first * 10, endMs };
}

/** Words of a recording: each as long as its share of the letters. */
function spread(text: string, startMs: number, endMs: number): SpokenWord[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const letters = words.reduce((sum, word) => sum + word.length + 1, 0);
  let atMs = startMs;
  return words.map((word) => {
    const length = (endMs - startMs) * (word.length + 1) / letters;
    atMs += length;
    return { text: word, startMs: atMs - length, endMs: atMs };
  });
}
