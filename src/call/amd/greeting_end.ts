/** When a machine has said its greeting, and takes a message. */

import { type AudioFrame, msIn } from "../../audio/mod.ts";
import type { GreetingEndOptions } from "./machine_options.ts";
import { Tones } from "./tones.ts";

/** Silence after a beep, in ms: some machines beep more than once, and begin to record after the last. */
const AFTER_BEEP_MS = 200;

/**
 * Waits for the beep, or for a silence in which none comes any more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tone } from "@sofia/phone/audio";
 * import { GreetingEnd } from "@sofia/phone/call";
 *
 * const end = new GreetingEnd();
 * const frame = { sampleRate: 8000, samples: new Int16Array(160), timestamp: 0 };
 * assert.equal(end.push({ ...frame, speech: true }), undefined);
 * assert.equal(end.push({ ...frame, samples: tone([1000], 500) }), undefined);
 * const found = Array.from({ length: 20 }, () => end.push(frame)).find((one) => one);
 * assert.equal(found, "beep");
 * ```
 */
export class GreetingEnd {
  readonly #options: Required<GreetingEndOptions>;
  readonly #tones: Tones;
  #ms = 0;
  #silenceMs = 0;
  #hasBeeped = false;

  /** Begins at the answer. @throws {RangeError} for a time that is not above 0; it says which */
  constructor(options: GreetingEndOptions = {}) {
    const { beepMs = 120, endSilenceMs = 2500, longestMs = 60_000 } = options;
    this.#options = { beepMs, endSilenceMs, longestMs };
    for (const [name, ms] of Object.entries(this.#options)) {
      if (ms > 0 && ms < Infinity) continue;
      throw new RangeError(`Cannot wait for a beep as ${name} is above 0: current value is ${ms}`);
    }
    this.#tones = new Tones(beepMs);
  }

  /** Takes the next frame; returns what has ended the greeting once it has. */
  push(frame: AudioFrame): "beep" | "silence" | "no-end" | undefined {
    const ms = msIn(frame.samples.length, frame.sampleRate);
    const { endSilenceMs, longestMs } = this.#options;
    this.#ms += ms;
    const tone = this.#tones.push(frame);
    if (tone === "beep") {
      this.#hasBeeped = true;
      this.#silenceMs = 0;
    } else if (frame.speech === true || this.#tones.isOn) {
      // A beep in the middle of a greeting, as between the parts of one, is not its end.
      this.#hasBeeped &&= this.#tones.isOn;
      this.#silenceMs = 0;
    } else this.#silenceMs += ms;
    if (this.#hasBeeped && this.#silenceMs >= AFTER_BEEP_MS) return "beep";
    if (this.#silenceMs >= endSilenceMs) return "silence";
    return this.#ms >= longestMs ? "no-end" : undefined;
  }
}
