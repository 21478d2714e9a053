/** Keys that are pressed where only sound gets through: as the tones of a telephone. */

import { frameSamples, silence, tone } from "../audio/mod.ts";
import type { Codec } from "../codec/mod.ts";
import type { PacketSource } from "../pacing/mod.ts";
import { dtmfTones } from "../tone/mod.ts";

/** How long a key is down, and the pause after it, in ms: as telephone-events have it. */
const TONE_MS = 160;
const GAP_MS = 100;
/** Of each of the two tones, in dB below full scale. */
const LEVEL_DB = -12;

/**
 * Sounds keys, 20 ms at a time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { G711 } from "@sofia/phone/codec";
 * import { ToneKeys } from "@sofia/phone/media";
 *
 * const keys = new ToneKeys(new G711("PCMU"));
 * keys.send("5");
 * assert.equal(keys.next()?.payload.length, 160);
 * ```
 */
export class ToneKeys {
  readonly #codec: Codec;
  readonly #waiting: Int16Array[] = [];

  /** No key is down; sounds are written by `codec`. */
  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** Presses keys, behind those that wait. @throws {RangeError} for what is none of 0-9, *, #, A-D */
  send(digits: string): void {
    const { sampleRate } = this.#codec;
    const sounds = [...digits].flatMap((digit) => [
      tone(dtmfTones(digit), TONE_MS, { sampleRate, levelDb: LEVEL_DB }),
      silence(GAP_MS, { sampleRate }),
    ]);
    const size = frameSamples(sampleRate);
    for (const sound of sounds) {
      for (let at = 0; at < sound.length; at += size) {
        this.#waiting.push(sound.subarray(at, at + size));
      }
    }
  }

  /** The next 20 ms; undefined when no key is down. */
  next(): ReturnType<PacketSource> {
    const samples = this.#waiting.shift();
    return samples && { payload: this.#codec.encode(samples), marker: false };
  }
}
