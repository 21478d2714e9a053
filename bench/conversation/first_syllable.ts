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
  const step = (utterance.sampleRate ?? 8000) / 8000;
  // A consonant's highest tones are unlike themselves half a sample later: the filter before the
  // backend may have delayed them by that.
  const phases = Array.from({ length: step }, (_, phase) => narrowed(utterance, step, phase));
  const all = phases.map((heard) => compared(heard, said));
  return all.reduce((best, one) => one.likeness > best.likeness ? one : best);
}

function compared(heard: Int16Array, said: Int16Array): FirstSyllable {
  const line = said.map((sample) => fromMuLaw(toMuLaw(sample)));
  const whole = matchSound(line, heard).lag;
  const head = line.subarray(0, SYLLABLE);
  const near = findLag(
    Float32Array.from(head),
    Float32Array.from(heard),
    whole - REACH,
    whole + REACH,
  );
  const [at, moved] = [whole, near].map((lag) => ({
    aheadMs: lag / 8,
    likeness: likenessAt(head, heard, lag),
  }));
  return moved.likeness > at.likeness ? moved : at;
}

function likenessAt(head: Int16Array, heard: Int16Array, lag: number): number {
  let [shared, ofSaid, ofHeard] = [0, 0, 0];
  for (let i = 0; i < head.length; i++) {
    const sample = heard[i + lag] ?? 0;
    shared += head[i] * sample;
    ofSaid += head[i] ** 2;
    ofHeard += sample ** 2;
  }
  return shared / Math.sqrt(ofSaid * ofHeard || 1);
}

/** One of `step` samples, from `phase` on: at 8 kHz, of which there is nothing above 4 kHz in it anyway. */
function narrowed({ audio = "" }: Told, step: number, phase: number): Int16Array {
  const bytes = Buffer.from(audio, "base64");
  return Int16Array.from(
    { length: (bytes.length / 2 - phase) / step | 0 },
    (_, i) => bytes.readInt16LE(2 * (step * i + phase)),
  );
}
