/** Recorded speech at 8 kHz, each phrase from its true beginning to its true end. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { amplify, concatSamples, readWav, rmsLevel } from "../../src/audio/mod.ts";
import { type Random, SeededRandom } from "../../src/clock/mod.ts";
import { loadResampler, Resampler } from "../../src/resample/mod.ts";
import { shuffled } from "./chance.ts";

/** Where Debian's asterisk-core-sounds-en-wav, pocketsphinx-testdata and asterisk-moh-opsound-wav are. */
const PROMPTS = "/usr/share/asterisk/sounds/en_US_f_Allison/";
const READINGS = "/usr/share/pocketsphinx/test/data/";
const MUSIC = "/usr/share/asterisk/moh/";

/** Samples of 10 ms, by which loudness is judged. */
const BLOCK = 80;
/**
 * A phrase begins with the first 10 ms that are less than this below its loudest 10 ms, as are two of
 * the four after it, and ends with the last: in a studio, where the background is 55 dB down and more, and in rooms, where it is not.
 */
const STUDIO_DB = 40;
const ROOM_DB = 30;
/** How far below that the background has to be for the label to be trusted, in dB. */
const CLEARANCE_DB = 3;
/** Of a phrase, in samples: no single short word; what is longer is cut off. */
const SHORTEST = 7200;
const LONGEST = 24_000;
/** How far below its loudest a breath may be, in dB, and how many blocks long one at its end whose place counts. */
const BREATH_DB = 25;
const LONGEST_BREATH = 15;
/** Of a pause in a phrase whose end counts, in blocks: nobody is to take it for the end. */
const LONGEST_PAUSE = 20;
/** Seconds of what an agent says at length: more than any call of a benchmark lasts. */
export const AGENT_SECONDS = 12;

/** The level of the loudest tenth of a voice (RMS of 10 ms), in dBov. */
const VOICE_DB = -20;

/** What somebody says: it begins with its first sample and ends with its last. */
export interface Phrase {
  readonly name: string;
  readonly samples: Int16Array;
  /** Samples up to where it is 30 dB below its loudest for the last time: the rest is the room's. */
  readonly voicedLength: number;
  /** Whether it ends with its last sample, and has no pause that might be taken for its end. */
  readonly isEndKnown: boolean;
}

/** What callers and agents say. */
export interface Recordings {
  /** Phrases of several speakers. */
  readonly callers: readonly Phrase[];
  /** Phrases of one speaker, others than the callers'. */
  readonly agents: readonly Phrase[];
}

/** Reads all of them; the same on every machine that has the packages. */
export async function loadRecordings(): Promise<Recordings> {
  if (!existsSync(PROMPTS) || !existsSync(READINGS)) {
    throw new Error("Install Debian's asterisk-core-sounds-en-wav and pocketsphinx-testdata");
  }
  await loadResampler();
  const prompts = phrasesBelow(PROMPTS, STUDIO_DB);
  const readings = phrasesBelow(READINGS, ROOM_DB);
  const shuffledPrompts = shuffled(prompts, new SeededRandom(11));
  const half = prompts.length >> 1;
  // As many phrases of the one who reads the prompts as of all the others together.
  const callers = [...readings, ...shuffledPrompts.slice(0, readings.length)];
  return { callers, agents: shuffledPrompts.slice(half) };
}

/**
 * What agent number `index` says: `seconds` of one phrase after another. Without its pauses each packet
 * has a voice in it that can be missed.
 */
export function agentSound(
  { agents }: Recordings,
  index: number,
  { seconds, pauses }: { readonly seconds: number; readonly pauses: boolean },
): Int16Array {
  const order = shuffled(agents, new SeededRandom(100 + index));
  const pieces: Int16Array[] = [];
  for (let length = 0, i = 0; length < seconds * 8000; i++) {
    const { samples } = order[i % order.length];
    const piece = pauses ? samples : withoutPauses(samples);
    pieces.push(piece, ...(pauses ? [new Int16Array(1600)] : []));
    length += pieces.reduce((sum, one) => sum + one.length, 0) - length;
  }
  return concatSamples(pieces).slice(0, seconds * 8000);
}

/** Music as it is played to callers on hold: `length` samples from anywhere in it. */
export function musicOnHold(random: Random): Int16Array[] {
  if (!existsSync(MUSIC)) throw new Error("Install Debian's asterisk-moh-opsound-wav");
  const files = readdirSync(MUSIC).filter((name) => name.endsWith(".wav")).sort();
  return shuffled(files.map((name) => readSound(MUSIC + name)), random);
}

function phrasesBelow(folder: string, depthDb: number): Phrase[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  // No speech: the folder of silences, beeps and monkeys. No sentence: what is spelled.
  const isSpeech = (name: string) =>
    /\.(wav|raw)$/.test(name) && !/silence|beep|tone|monkeys|jingle|letters|phonetic/.test(name);
  return names.filter(isSpeech).flatMap((name) => {
    const phrase = cut(name, readSound(folder + name), depthDb);
    return phrase === undefined ? [] : [phrase];
  });
}

/** 16-bit mono at 8 kHz; the raw ones of pocketsphinx are at 16 kHz, but for those of TIDIGITS. */
function readSound(path: string): Int16Array {
  const bytes = readFileSync(path);
  const isRaw = path.endsWith(".raw");
  const raw = () =>
    new Int16Array(bytes.buffer.slice(bytes.byteOffset).slice(0, bytes.length & ~1));
  const { channels: [samples], sampleRate } = isRaw
    ? { channels: [raw()], sampleRate: path.includes("tidigits") ? 8000 : 16_000 }
    : readWav(bytes);
  if (sampleRate === 8000) return samples;
  const resampler = new Resampler(sampleRate, 8000);
  const narrow = resampler.push(samples);
  resampler.close();
  return narrow;
}

/** The phrase in a recording, if it is one and its beginning can be told from what was before. */
function cut(name: string, sound: Int16Array, depthDb: number): Phrase | undefined {
  const levels = levelsOf(sound);
  const loudest = Math.max(...levels);
  const isVoice = (depth: number) => (level: number) => level >= loudest - depth;
  const isQuiet = (level: number) => level < loudest - depthDb - CLEARANCE_DB;
  const isSpeech = isVoice(depthDb);
  // A click before the first word is none of it.
  const first = levels.findIndex((level, i) =>
    isSpeech(level) && levels.slice(i, i + 5).filter(isSpeech).length >= 3
  );
  const last = levels.findLastIndex(isSpeech);
  if (first <= 0 || !isQuiet(usual(levels.slice(0, first)))) return undefined;
  const whole = sound.slice(first * BLOCK, (last + 1) * BLOCK);
  if (whole.length < SHORTEST) return undefined;
  const samples = whole.subarray(0, LONGEST);
  const voiced = levels.findLastIndex(isVoice(ROOM_DB));
  const isEndKnown = whole.length <= LONGEST && isQuiet(usual(levels.slice(last + 1))) &&
    voiced - levels.findLastIndex(isVoice(BREATH_DB)) <= LONGEST_BREATH &&
    longestPause(levels.slice(first, last), loudest - 35) <= LONGEST_PAUSE;
  const voicedLength = (voiced + 1 - first) * BLOCK;
  const louder = amplify(samples, VOICE_DB - activeLevel(samples));
  return { name, samples: louder, voicedLength, isEndKnown };
}

/** The level in the middle; 0, which is loud, of none. */
function usual(levels: readonly number[]): number {
  return [...levels].sort((a, b) => a - b)[levels.length >> 1] ?? 0;
}

/** The most levels in a row below `quiet`. */
function longestPause(levels: readonly number[], quiet: number): number {
  let [pause, longest] = [0, 0];
  for (const level of levels) {
    pause = level < quiet ? pause + 1 : 0;
    longest = Math.max(longest, pause);
  }
  return longest;
}

function withoutPauses(sound: Int16Array): Int16Array {
  const active = activeLevel(sound);
  const blocks: Int16Array[] = [];
  for (let at = 0; at + 2 * BLOCK <= sound.length; at += 2 * BLOCK) {
    const block = sound.subarray(at, at + 2 * BLOCK);
    if (rmsLevel(block) >= active - 20) blocks.push(block);
  }
  return concatSamples(blocks);
}

/** The level that a tenth of the sound is above: that of the vowels. */
function activeLevel(sound: Int16Array): number {
  const levels = levelsOf(sound).sort((a, b) => b - a);
  return levels[Math.floor(levels.length / 10)];
}

function levelsOf(sound: Int16Array): number[] {
  const count = Math.floor(sound.length / BLOCK);
  return Array.from(
    { length: count },
    (_, i) => rmsLevel(sound.subarray(i * BLOCK, (i + 1) * BLOCK)),
  );
}
