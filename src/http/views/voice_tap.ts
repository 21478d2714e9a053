/** Whose voice is on the line of a call, and how loud. */

import type { LineRate, SoundTap } from "../../media/mod.ts";

/** What counts as a voice: 44 dB below full scale. */
const VOICE = 0.0063;
/** A voice that was heard so long ago is not heard any more, in ms: words have pauses. */
const HANGOVER_MS = 300;
/** One peak stands for so much of the line, in ms. */
const PEAK_MS = 50;
/** Peaks that are kept of a side until they are taken: a second. */
const MOST_PEAKS = 20;
/** Samples that are looked at of a piece of 20 ms: enough for a peak of speech, at any rate. */
const LOOKS = 160;

/** Peaks of both sides, 0 to 1, each of 50 ms, oldest first. */
export interface Peaks {
  readonly caller: readonly number[];
  readonly agent: readonly number[];
}

/**
 * Hears how loud both sides of a call are. It does so little that it may hear all calls at all times.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VoiceTap } from "./voice_tap.ts";
 *
 * const tap = new VoiceTap({ sampleRate: 8000, clockRate: 8000 });
 * tap.isMetering = true;
 * tap.heard(new Int16Array(160).fill(16_384));
 * tap.sent(undefined, 400);
 * tap.ticked(1000);
 * assert.deepEqual(tap.takePeaks(), { caller: [0.5], agent: [0] });
 * assert.deepEqual(tap.speaking(1000), { caller: true, agent: false });
 * ```
 */
export class VoiceTap implements SoundTap {
  readonly #peakTicks: number;
  #caller = 0;
  #agent = 0;
  /** The loudest of each side since the last tick. */
  #callerNow = 0;
  #agentNow = 0;
  #callerAt = -Infinity;
  #agentAt = -Infinity;
  #ticks = 0;
  #isMetering = false;
  #peaks: { caller: number[]; agent: number[] } = { caller: [], agent: [] };

  /** Has heard nothing yet. */
  constructor({ clockRate }: LineRate) {
    this.#peakTicks = clockRate * PEAK_MS / 1000;
  }

  /** Whether peaks are kept, for somebody who takes them. */
  set isMetering(isMetering: boolean) {
    this.#isMetering = isMetering;
    if (!isMetering) this.#peaks = { caller: [], agent: [] };
  }

  /** The caller's sound. */
  heard(samples: Int16Array): void {
    this.#callerNow = Math.max(this.#callerNow, peakOf(samples));
  }

  /** The agent's sound, by which the line goes on. */
  sent(samples: Int16Array | undefined, ticks: number): void {
    if (samples !== undefined) this.#agentNow = Math.max(this.#agentNow, peakOf(samples));
    this.#ticks += ticks;
  }

  /** A tick is over. */
  ticked(nextAt: number): void {
    if (this.#callerNow > VOICE) this.#callerAt = nextAt;
    if (this.#agentNow > VOICE) this.#agentAt = nextAt;
    this.#caller = Math.max(this.#caller, this.#callerNow);
    this.#agent = Math.max(this.#agent, this.#agentNow);
    this.#callerNow = this.#agentNow = 0;
    if (this.#ticks < this.#peakTicks) return;
    this.#ticks -= this.#peakTicks;
    // What was passed over, as on hold, is no peaks.
    if (this.#ticks > this.#peakTicks) this.#ticks = 0;
    if (this.#isMetering) this.#keep();
    this.#caller = this.#agent = 0;
  }

  /** Whose voice is on the line at `now`, in ms of the call's clock. */
  speaking(now: number): { caller: boolean; agent: boolean } {
    return {
      caller: now - this.#callerAt < HANGOVER_MS,
      agent: now - this.#agentAt < HANGOVER_MS,
    };
  }

  /** The peaks since they were taken last. */
  takePeaks(): Peaks {
    const peaks = this.#peaks;
    this.#peaks = { caller: [], agent: [] };
    return peaks;
  }

  #keep(): void {
    const { caller, agent } = this.#peaks;
    if (caller.length >= MOST_PEAKS) {
      caller.shift();
      agent.shift();
    }
    caller.push(rounded(this.#caller));
    agent.push(rounded(this.#agent));
  }
}

function peakOf(samples: Int16Array): number {
  const step = Math.max(1, Math.floor(samples.length / LOOKS));
  let peak = 0;
  for (let i = 0; i < samples.length; i += step) {
    const size = Math.abs(samples[i]);
    if (size > peak) peak = size;
  }
  return peak / 32_768;
}

/** To a thousandth: what is drawn has no more. */
function rounded(peak: number): number {
  return Math.round(peak * 1000) / 1000;
}
