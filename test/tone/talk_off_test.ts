import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { compress, expand, MU_LAW } from "../../src/audio/mod.ts";
import { DtmfDetector, ToneDetector } from "../../src/tone/mod.ts";
import { speech } from "../support/speech.ts";
import { parseWav } from "../support/wav_file.ts";

/** Recordings of the machines on which the figures of the documentation were made. */
const VOICES = "/usr/share/asterisk/sounds/en_US_f_Allison";

/** A voice as it is on the telephone, and faster and slower: higher and lower. */
function* voices(): Generator<Int16Array> {
  for (const pace of [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4]) yield atPace(speech(0, 11), pace);
  if (!existsSync(VOICES)) return;
  for (const file of readdirSync(VOICES).filter((name) => /^[a-c].*\.wav$/.test(name))) {
    if (/beep|tone|confbridge/.test(file)) continue;
    const sound = parseWav(readFileSync(`${VOICES}/${file}`));
    if (sound?.sampleRate === 8000) yield sound.samples;
  }
}

function atPace(sound: Int16Array, pace: number): Int16Array {
  return Int16Array.from({ length: Math.floor((sound.length - 1) / pace) }, (_, i) => {
    const at = Math.floor(i * pace);
    const part = i * pace - at;
    return Math.round(sound[at] * (1 - part) + sound[at + 1] * part);
  });
}

describe("voices", () => {
  test("are no keys and no beeps", () => {
    const taken: string[] = [];
    for (const voice of voices()) {
      const sound = expand(compress(voice, MU_LAW), MU_LAW);
      taken.push(...new DtmfDetector(8000).push(sound).map(({ digit }) => `key ${digit}`));
      taken.push(...new ToneDetector(8000).push(sound).map(({ frequency }) => `${frequency} Hz`));
    }
    expect(taken).toEqual([]);
  }, 30_000);
});
