/** Whether what the backend was given to hear begins where the caller began. */
import { Buffer } from "node:buffer";
import { fromMuLaw, toMuLaw } from "../../test/support/caller/mu_law.ts";
import { findLag, matchSound } from "../../test/support/sound_match.ts";
import type { Told } from "./bench_phone.ts";

/** How what was heard compares with what was said. */
export interface FirstSyllable {
  /** How much of the beginning was heard before the caller began, in ms; below 0 if some is missing. */
  readonly aheadMs: number;
  /** Normalised cross-correlation of the first 100 ms where the whole fits best. */
  readonly likeness: number;
}

/** Samples of 100 ms at 8 kHz. */
const SYLLABLE = 800;
/** At most 100 ms from where the whole fits best: a packet that comes late shifts what is after it. */
const REACH = 800;

/** Compares an utterance with what was said, at 8 kHz, from its true onset on. */
export function firstSyllable(utterance: Told, said: Int16Array): FirstSyllable {
  const heard = narrowed(utterance);
  const line = said.map((sample) => fromMuLaw(toMuLaw(sample)));
  const whole = matchSound(line, heard).lag;
  const beginning = Float32Array.from(line.subarray(0, SYLLABLE));
  const lag = findLag(beginning, Float32Array.from(heard), whole - REACH, whole + REACH);
  const head = line.subarray(0, SYLLABLE);
  let [shared, ofSaid, ofHeard] = [0, 0, 0];
  for (let i = 0; i < head.length; i++) {
    const sample = heard[i + lag] ?? 0;
    shared += head[i] * sample;
    ofSaid += head[i] ** 2;
    ofHeard += sample ** 2;
  }
  return { aheadMs: lag / 8, likeness: shared / Math.sqrt(ofSaid * ofHeard || 1) };
}

/** The sound at 8 kHz, of which there is nothing above 4 kHz in it anyway. */
function narrowed({ audio = "", sampleRate = 8000 }: Told): Int16Array {
  const bytes = Buffer.from(audio, "base64");
  const step = sampleRate / 8000;
  return Int16Array.from(
    { length: bytes.length / 2 / step | 0 },
    (_, i) => bytes.readInt16LE(2 * step * i),
  );
}
