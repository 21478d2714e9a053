/** Ears on a call: who wants both sides of it as they are, to the sample. */

import type { EncodedFrame, SenderTime } from "../audio/mod.ts";
import type { PacedPacketOptions } from "../pacing/mod.ts";

/** What one second of a call's line is: of its samples and of its RTP timestamps. */
export interface LineRate {
  /** Hz of the samples on both sides. */
  readonly sampleRate: number;
  /** Ticks of the RTP clock per second. */
  readonly clockRate: number;
}

/**
 * Hears both sides of a call, each with its place in time. It is called in the midst of the sound's way:
 * it returns soon, never throws and never writes to the samples.
 */
export interface SoundTap {
  /**
   * The caller's sound, come or made up, at its place by the caller's clock. Pieces may come in any
   * order: what was late comes after what was made up in its place.
   */
  heard(samples: Int16Array, origin: SenderTime): void;
  /**
   * What left for the caller, at the loudness it left with; undefined for silence, keys and time passed
   * over. `ticks` is its length by the RTP clock; there is no gap between one and the next.
   */
  sent(samples: Int16Array | undefined, ticks: number): void;
  /** What is sent next is due at `nextAt`, in ms of the call's clock. Told after each tick. */
  ticked(nextAt: number): void;
}

/** The taps of one call, and what of its sound is told them. */
export class SoundTaps {
  readonly #taps = new Set<SoundTap>();
  /** What the pacer is about to send. */
  #samples: Int16Array | undefined;

  /** Adds a tap and returns how to remove it. */
  add(tap: SoundTap): () => void {
    this.#taps.add(tap);
    return () => void this.#taps.delete(tap);
  }

  /** The caller's sound, as the decoder has it. */
  heard(samples: Int16Array, { origin }: EncodedFrame): void {
    if (origin === undefined) return;
    for (const tap of this.#taps) tap.heard(samples, origin);
  }

  /** Notes the sound of the packet that leaves next. */
  leaves(samples: Int16Array | undefined): void {
    this.#samples = samples;
  }

  /** The packet left. */
  sent({ duration, kind }: PacedPacketOptions): void {
    const samples = kind === "audio" ? this.#samples : undefined;
    for (const tap of this.#taps) tap.sent(samples, duration);
  }

  /** Nothing left for `ticks` of the RTP clock. */
  skipped(ticks: number): void {
    for (const tap of this.#taps) tap.sent(undefined, ticks);
  }

  /** A tick is over. */
  ticked(nextAt: number): void {
    for (const tap of this.#taps) tap.ticked(nextAt);
  }
}
