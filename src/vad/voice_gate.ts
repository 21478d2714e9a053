/** From likelihoods to yes and no. */

import { USUAL_THRESHOLDS, type VoiceThresholds } from "./detector.ts";

/**
 * Whether a voice is there, frame by frame, with hysteresis: it takes more to begin than to go on.
 *
 * A concealed frame is an echo of the frames before it, so it is no witness of a new voice: a voice
 * may go on in it, or end, but never begins there. What is made up for a silent line ends a voice,
 * as it holds none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VoiceGate } from "./voice_gate.ts";
 *
 * const gate = new VoiceGate();
 * assert.equal(gate.push(0.4), false);
 * assert.equal(gate.push(0.9, { concealed: true }), false);
 * assert.equal(gate.push(0.9), true);
 * assert.equal(gate.push(0.4, { concealed: true }), true);
 * ```
 */
export class VoiceGate {
  #speech = false;

  /** Whether a voice is in a frame that holds one with this likelihood. */
  push(likelihood: number, options: VoiceGateFrame = {}): boolean {
    const { concealed = false, thresholds = USUAL_THRESHOLDS } = options;
    if (this.#speech) this.#speech = likelihood >= thresholds.stay;
    else this.#speech = !concealed && likelihood >= thresholds.start;
    return this.#speech;
  }
}

/** What {@link VoiceGate.push} has to know of a frame. */
export interface VoiceGateFrame {
  /** The frame was made up. @default false */
  readonly concealed?: boolean;
  /** What to measure by. @default USUAL_THRESHOLDS */
  readonly thresholds?: VoiceThresholds;
}

/** @throws {RangeError} unless 0 < stay <= start <= 1 */
export function checkThresholds({ start, stay }: VoiceThresholds): void {
  if (stay > 0 && stay <= start && start <= 1) return;
  throw new RangeError(
    `Cannot find voices as thresholds are above 0, stay is not above start, and start not above 1: ` +
      `current value is start ${start}, stay ${stay}`,
  );
}
