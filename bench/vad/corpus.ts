/** Recorded speech with its labels, cut up and laid out as callers talk: phrases and pauses. */
import { readdirSync, readFileSync } from "node:fs";
import { frameSamples, fromDecibels, readWav, rmsLevel } from "../../src/audio/mod.ts";
import { fraction, type Random } from "../../src/clock/mod.ts";
import { loadResampler, Resampler } from "../../src/resample/mod.ts";

/** Where Debian's packages asterisk-core-sounds-en-wav and pocketsphinx-testdata put it. */
const PROMPTS = "/usr/share/asterisk/sounds/en_US_f_Allison/";
const READINGS = "/usr/share/pocketsphinx/test/data/";

/** Samples of a frame of 20 ms at 8 kHz. */
export const FRAME: number = frameSamples(8000);

/** Speech at 8 kHz on a silent line, and which frames of 20 ms hold a voice. */
export interface Track {
  readonly samples: Int16Array;
  readonly voice: readonly boolean[];
}

/** Every utterance of the two packages that is longer than half a second, at 8 kHz. */
export async function utterances(): Promise<Int16Array[]> {
  await loadResampler();
  const files = [...wavsBelow(PROMPTS), ...wavsBelow(READINGS)];
  if (files.length === 0) {
    throw new Error(
      "Install the Debian packages asterisk-core-sounds-en-wav, pocketsphinx-testdata",
    );
  }
  const sounds = files.map((path) => readWav(readFileSync(path)));
  return sounds.map(({ sampleRate, channels: [sound] }) => {
    if (sampleRate === 8000) return sound;
    const resampler = new Resampler(sampleRate, 8000);
    const narrow = resampler.push(sound);
    resampler.close();
    return narrow;
  }).filter(({ length }) => length > 4000);
}

function wavsBelow(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  // The folder of silences, and one of beeps and monkeys: no speech.
  const isSpeech = (name: string) => name.endsWith(".wav") && !/silence|beep|tt-monkeys/.test(name);
  return names.filter(isSpeech).sort().map((name) => folder + name);
}

/**
 * Utterances drawn by chance until there are `seconds` of track, each at -30 to -16 dBov, with pauses
 * of 0.5 to 3 s between.
 */
export function layOut(sounds: readonly Int16Array[], seconds: number, random: Random): Track {
  const samples = new Int16Array(seconds * 8000);
  const voice: boolean[] = new Array(samples.length / FRAME).fill(false);
  for (let at = pause(random);;) {
    const sound = sounds[Math.floor(fraction(random) * sounds.length)];
    if (at + sound.length > samples.length) return { samples, voice };
    const levels = levelsOf(sound);
    const active = activeLevel(levels);
    const gain = fromDecibels(-30 + 14 * fraction(random) - active);
    for (let i = 0; i < sound.length; i++) {
      samples[at + i] = Math.max(-32768, Math.min(32767, sound[i] * gain));
    }
    label(levels, active).forEach((isVoice, i) => voice[at / FRAME + i] = isVoice);
    at += Math.ceil(sound.length / FRAME) * FRAME + pause(random);
  }
}

function pause(random: Random): number {
  return Math.round(25 + 125 * fraction(random)) * FRAME;
}

function levelsOf(sound: Int16Array): number[] {
  const count = Math.floor(sound.length / FRAME);
  return Array.from(
    { length: count },
    (_, i) => rmsLevel(sound.subarray(i * FRAME, (i + 1) * FRAME)),
  );
}

/** The level that a tenth of the frames is above: that of the vowels. */
function activeLevel(levels: readonly number[]): number {
  return [...levels].sort((a, b) => b - a)[Math.floor(levels.length / 10)];
}

/** A voice is 30 dB below the vowels or louder; what is less than 200 ms between two is one voice. */
function label(levels: readonly number[], active: number): boolean[] {
  const voice = levels.map((level) => level >= active - 30);
  for (let i = 0, last = -1; i < voice.length; i++) {
    if (!voice[i]) continue;
    if (last >= 0 && i - last <= 10) voice.fill(true, last, i);
    last = i;
  }
  return voice;
}
