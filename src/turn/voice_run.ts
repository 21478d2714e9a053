/** A voice that has begun and perhaps is a turn. */

import type { Weighed } from "./lost_sound.ts";

/** How {@link VoiceRun} measures. */
export interface VoiceRunOptions {
  /** The time for which {@link VoiceRun.recentMs} looks back, in ms. */
  readonly windowMs: number;
  /** Silence after which a voice begins another run, in ms. */
  readonly gapMs: number;
}

/**
 * Measures the voice since the last long silence.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { VoiceRun } from "./voice_run.ts";
 *
 * const run = new VoiceRun({ windowMs: 200, gapMs: 250 });
 * run.push(20, { voiceMs: 20, silenceMs: 0 });
 * run.push(20, { voiceMs: 0, silenceMs: 20 });
 * assert.deepEqual([run.voiceMs, run.silenceMs, run.lengthMs], [20, 20, 40]);
 * ```
 */
export class VoiceRun {
  readonly #windowMs: number;
  readonly #gapMs: number;
  readonly #window: Weighed[] = [];
  #windowedMs = 0;
  #recentMs = 0;
  #voiceMs = 0;
  #silenceMs = 0;
  #lengthMs = 0;

  /** Starts in silence. */
  constructor({ windowMs, gapMs }: VoiceRunOptions) {
    this.#windowMs = windowMs;
    this.#gapMs = gapMs;
  }

  /** Voice within the window, in ms. */
  get recentMs(): number {
    return this.#recentMs;
  }

  /** Voice of the run, in ms; 0 before the first. */
  get voiceMs(): number {
    return this.#voiceMs;
  }

  /** Silence since its last voice, in ms. */
  get silenceMs(): number {
    return this.#silenceMs;
  }

  /** How long before the end of the last frame the run began, in ms. */
  get lengthMs(): number {
    return this.#lengthMs;
  }

  /** Takes the next frame: its length in ms, and what it counts as. */
  push(ms: number, weighed: Weighed): void {
    this.#remember(weighed);
    if (weighed.voiceMs > 0) {
      if (this.#silenceMs >= this.#gapMs) this.#voiceMs = this.#lengthMs = 0;
      this.#voiceMs += weighed.voiceMs;
      this.#silenceMs = 0;
    } else {
      this.#silenceMs += weighed.silenceMs;
    }
    if (this.#voiceMs > 0) this.#lengthMs += ms;
  }

  /** Forgets what it heard. */
  reset(): void {
    this.#window.length = 0;
    this.#windowedMs = this.#recentMs = 0;
    this.#voiceMs = this.#silenceMs = this.#lengthMs = 0;
  }

  #remember(weighed: Weighed): void {
    this.#window.push(weighed);
    this.#windowedMs += weighed.voiceMs + weighed.silenceMs;
    this.#recentMs += weighed.voiceMs;
    while (this.#windowedMs > this.#windowMs) {
      const oldest = this.#window.shift()!;
      this.#windowedMs -= oldest.voiceMs + oldest.silenceMs;
      this.#recentMs -= oldest.voiceMs;
    }
  }
}
