/** How loud the agent's voice is, from one packet to the next. */

import { type EncodedFrame, fromDecibels, ramp } from "../audio/mod.ts";

/** A packet at the loudness it has to have. */
export interface ScaledFrame {
  /** What to send. */
  readonly payload: Uint8Array;
  /** The same sound before it was encoded, if it is known. */
  readonly samples: Int16Array | undefined;
}

/**
 * Lowers a voice, lets it come back, and fades it out, without a click: each change takes one packet.
 *
 * A voice whose codec cannot be encoded anew is held back for as long as it should be lowered.
 *
 * @example
 * ```ts
 * import { VoiceGain } from "@sofia/phone/pacing";
 * import assert from "node:assert/strict";
 *
 * const gain = new VoiceGain((samples) => new Uint8Array(samples.length).fill(samples[0] / 100));
 * const samples = new Int16Array(160).fill(10_000);
 * const payload = new Uint8Array(160).fill(100);
 * const frame = { kind: "audio" as const, payload, samples, timestamp: 0, duration: 160 };
 * gain.duck(-20);
 * gain.next(frame);
 * assert.equal(gain.next(frame).payload[0], 10);
 * gain.restore();
 * gain.next(frame);
 * assert.equal(gain.next(frame).payload, payload);
 * ```
 */
export class VoiceGain {
  readonly #encode: ((samples: Int16Array) => Uint8Array) | undefined;
  #gain = 1;
  #target = 1;

  /** Starts at full loudness. @param encode sound to a payload of its own, if the codec can do that */
  constructor(encode?: (samples: Int16Array) => Uint8Array) {
    this.#encode = encode;
  }

  /** Whether the voice has to wait, as it should be lowered and cannot. */
  get isHolding(): boolean {
    return this.#target < 1 && this.#encode === undefined;
  }

  /** Whether it can fade out. */
  get canFade(): boolean {
    return this.#encode !== undefined;
  }

  /** Lowers the voice to `decibels` (below 0) with the next packet. */
  duck(decibels: number): void {
    this.#target = Math.min(1, fromDecibels(decibels));
  }

  /** Gives the voice its loudness back with the next packet. */
  restore(): void {
    this.#target = 1;
  }

  /** The next packet of the voice. */
  next(frame: EncodedFrame): ScaledFrame {
    return this.#scale(frame, this.#target);
  }

  /** The last packet of a voice that is cut off: down to nothing. What comes after it is loud again. */
  last(frame: EncodedFrame): ScaledFrame {
    const faded = this.#scale(frame, 0);
    this.reset();
    return faded;
  }

  /** Another voice begins, at full loudness. */
  reset(): void {
    this.#gain = 1;
    this.#target = 1;
  }

  #scale({ payload, samples }: EncodedFrame, to: number): ScaledFrame {
    const from = this.#gain;
    if (samples === undefined || this.#encode === undefined) return { payload, samples };
    this.#gain = to;
    if (from === 1 && to === 1) return { payload, samples };
    const scaled = ramp(samples, from, to);
    return { payload: this.#encode(scaled), samples: scaled };
  }
}
