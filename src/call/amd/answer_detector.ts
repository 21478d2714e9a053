/** Who has answered a call: somebody, or a machine. */

import { type AudioFrame, msIn } from "../../audio/mod.ts";
import type { AnsweredBy, AnswerTimes } from "./machine_options.ts";
import { type AnswerTone, Tones } from "./tones.ts";

/** The shortest beep that is taken for one, in ms. */
const BEEP_MS = 120;

/**
 * Judges by the first words: somebody says few and waits, a machine goes on.
 *
 * That is how Asterisk's AMD and the dialers of the trade decide. It knows a voice by the marks of the
 * VAD and not by loudness, counts speech and no words, which run into each other on the telephone, and
 * hears beeps and faxes. What is silent is `unknown` here and not a machine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { AnswerDetector } from "@sofia/phone/call";
 *
 * const detector = new AnswerDetector();
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * const marks = [...Array(30).fill(true), ...Array(40).fill(false)];
 * const found = marks.map((speech) => detector.push({ ...frame, speech })).find((one) => one);
 * assert.deepEqual(found, { by: "human", reason: "short-greeting", afterMs: 1400, spokenMs: 600 });
 * ```
 */
export class AnswerDetector {
  readonly #options: Required<AnswerTimes>;
  readonly #tones = new Tones(BEEP_MS);
  #ms = 0;
  #spokenMs = 0;
  /** Voice without a pause of a word's length, and silence since the last voice. */
  #runMs = 0;
  #silenceMs = 0;
  #found: AnsweredBy | undefined;

  /**
   * Begins at the answer.
   *
   * @throws {RangeError} for a time that is not above 0; it says which
   */
  constructor(options: AnswerTimes = {}) {
    const {
      initialSilenceMs = 2500,
      greetingMs = 1800,
      afterGreetingSilenceMs = 800,
      minimumWordMs = 100,
      totalMs = 5000,
    } = options;
    this.#options = {
      initialSilenceMs,
      greetingMs,
      afterGreetingSilenceMs,
      minimumWordMs,
      totalMs,
    };
    for (const [name, ms] of Object.entries(this.#options)) {
      if (ms > 0 && ms < Infinity) continue;
      throw new RangeError(
        `Cannot tell who answers as ${name} is above 0: current value is ${ms}`,
      );
    }
  }

  /** What is known by now. */
  get found(): AnsweredBy | undefined {
    return this.#found;
  }

  /** Takes the next frame, marked by the VAD; returns who has answered once it is known. */
  push(frame: AudioFrame): AnsweredBy | undefined {
    if (this.#found !== undefined) return this.#found;
    const ms = msIn(frame.samples.length, frame.sampleRate);
    const tone = this.#tones.push(frame);
    this.#ms += ms;
    // A tone is a voice for some detectors.
    this.#hear(ms, frame.speech === true && !this.#tones.isOn);
    return this.#found = this.#judge(tone);
  }

  #hear(ms: number, isVoice: boolean): void {
    if (!isVoice) {
      this.#silenceMs += ms;
      this.#runMs = 0;
      return;
    }
    const { minimumWordMs } = this.#options;
    const before = this.#runMs;
    this.#runMs += ms;
    if (this.#runMs < minimumWordMs) {
      // It may be a click: until it is a word, it is silence as well.
      this.#silenceMs += ms;
      return;
    }
    this.#spokenMs += before < minimumWordMs ? this.#runMs : ms;
    this.#silenceMs = 0;
  }

  #judge(tone: AnswerTone | undefined): AnsweredBy | undefined {
    const { initialSilenceMs, greetingMs, afterGreetingSilenceMs, totalMs } = this.#options;
    if (tone !== undefined) return this.#by(tone === "fax" ? "fax" : "machine", "tone");
    // What may be a beep, or a fax, is waited for.
    if (this.#tones.isOn) return undefined;
    if (this.#spokenMs > greetingMs) return this.#by("machine", "long-greeting");
    const hasSpoken = this.#spokenMs > 0;
    if (hasSpoken && this.#silenceMs >= afterGreetingSilenceMs) {
      return this.#by("human", "short-greeting");
    }
    if (!hasSpoken && this.#ms >= initialSilenceMs) return this.#by("unknown", "silence");
    return this.#ms >= totalMs ? this.#by("unknown", "undecided") : undefined;
  }

  #by(by: AnsweredBy["by"], reason: AnsweredBy["reason"]): AnsweredBy {
    return { by, reason, afterMs: this.#ms, spokenMs: this.#spokenMs };
  }
}
