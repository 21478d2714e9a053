/** What tones say about who has answered. */

import type { AudioFrame } from "../../audio/mod.ts";
import { ToneDetector, type ToneEvent } from "../../tone/mod.ts";

/** How much a tone may last and still be a beep, in ms. */
const LONGEST_BEEP_MS = 2500;
/**
 * A fax that answers sends 2100 Hz for 2.6 to 4 s, one that calls 1100 Hz for half a second at a time:
 * ITU-T T.30 sections 4.3.3.2 and 4.3.3.3, with their tolerances.
 */
const FAX_TONES = [
  { lowest: 2085, highest: 2115, ms: 1000 },
  { lowest: 1062, highest: 1138, ms: 425 },
] as const;

/** A tone that means something. */
export type AnswerTone = "beep" | "fax";

/** Listens to frames of any one rate. */
export class Tones {
  readonly #beepMs: number;
  #detector: ToneDetector | undefined;
  #sampleRate = 0;
  /** The tone that sounds now, and since when. */
  #now: { readonly frequency: number; ms: number } | undefined;

  /** Hears beeps of at least `beepMs`. */
  constructor(beepMs: number) {
    this.#beepMs = beepMs;
  }

  /** Whether a tone sounds: whatever looks like a voice then is none. */
  get isOn(): boolean {
    return this.#now !== undefined;
  }

  /** What is known with this frame. */
  push({ samples, sampleRate }: AudioFrame): AnswerTone | undefined {
    if (this.#detector === undefined || this.#sampleRate !== sampleRate) {
      this.#sampleRate = sampleRate;
      this.#detector = new ToneDetector(sampleRate, { minMs: this.#beepMs });
    }
    let found: AnswerTone | undefined;
    for (const event of this.#detector.push(samples)) found ??= this.#take(event);
    if (this.#now === undefined) return found;
    this.#now.ms += samples.length / sampleRate * 1000;
    return found ?? (this.#isFax(this.#now.frequency, this.#now.ms) ? "fax" : undefined);
  }

  #take({ type, frequency, durationMs }: ToneEvent): AnswerTone | undefined {
    if (type === "start") {
      this.#now = { frequency, ms: durationMs };
      return undefined;
    }
    this.#now = undefined;
    if (this.#isFax(frequency, durationMs)) return "fax";
    return durationMs <= LONGEST_BEEP_MS ? "beep" : undefined;
  }

  #isFax(frequency: number, lastedMs: number): boolean {
    return FAX_TONES.some(({ lowest, highest, ms }) =>
      frequency >= lowest && frequency <= highest && lastedMs >= ms
    );
  }
}
