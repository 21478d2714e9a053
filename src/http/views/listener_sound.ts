/** Both sides of a call for somebody who listens to it now. */

import { CallerPlace, type PlacedSound } from "../../call/mod.ts";
import type { SenderTime } from "../../audio/mod.ts";
import type { LineRate, SoundTap } from "../../media/mod.ts";

/** What is given at a time, in ms. */
const PIECE_MS = 40;
/** How long the sound of both sides is waited for, so that what came in disorder is in its place, in ms. */
const GRACE_MS = 60;
/** What is kept, in ms: what lies further from now is not heard. */
const KEPT_MS = 640;

/**
 * The caller on the left, the agent on the right, some 100 ms after they spoke.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ListenerSound } from "./listener_sound.ts";
 *
 * const pieces: Int16Array[] = [];
 * const sound = new ListenerSound({ sampleRate: 8000, clockRate: 8000 }, (piece) => pieces.push(piece));
 * sound.sent(new Int16Array(800).fill(7), 800); // 100 ms
 * sound.ticked(100);
 * assert.deepEqual([pieces.length, ...pieces[0].subarray(0, 4)], [1, 0, 7, 0, 7]);
 * ```
 */
export class ListenerSound implements SoundTap {
  readonly #place: CallerPlace;
  readonly #ticksPerSample: number;
  readonly #piece: number;
  readonly #grace: number;
  readonly #ring: Int16Array;
  readonly #onPiece: (samples: Int16Array<ArrayBuffer>) => void;
  #ticks = 0;
  /** The next sample of each side that is given. */
  #given = 0;

  /** `onPiece` is given left and right in turns, 40 ms at a time. */
  constructor(line: LineRate, onPiece: (samples: Int16Array<ArrayBuffer>) => void) {
    const { sampleRate, clockRate } = line;
    this.#place = new CallerPlace(line);
    this.#ticksPerSample = clockRate / sampleRate;
    this.#piece = sampleRate * PIECE_MS / 1000;
    this.#grace = sampleRate * GRACE_MS / 1000;
    this.#ring = new Int16Array(2 * sampleRate * KEPT_MS / 1000);
    this.#onPiece = onPiece;
  }

  /** The caller's sound. */
  heard(samples: Int16Array, origin: SenderTime): void {
    this.#lay(this.#place.push(samples, origin));
  }

  /** The agent's sound. */
  sent(samples: Int16Array | undefined, ticks: number): void {
    if (samples !== undefined) this.#put(1, this.#positionOf(this.#ticks), samples);
    this.#ticks += ticks;
  }

  /** A tick is over. */
  ticked(nextAt: number): void {
    this.#lay(this.#place.ticked(this.#ticks, nextAt));
    const end = this.#positionOf(this.#ticks);
    // Time that was passed over is given as little as what is no longer kept.
    const kept = this.#ring.length / 2 - this.#grace;
    if (end - this.#given > kept) this.#skip(end - this.#grace - this.#piece);
    while (end - this.#given >= this.#piece + this.#grace) this.#give();
  }

  #positionOf(ticks: number): number {
    return Math.round(ticks / this.#ticksPerSample);
  }

  #lay(pieces: readonly PlacedSound[]): void {
    for (const { samples, ticks } of pieces) this.#put(0, this.#positionOf(ticks), samples);
  }

  #put(side: 0 | 1, position: number, samples: Int16Array): void {
    const size = this.#ring.length / 2;
    for (let i = 0; i < samples.length; i++) {
      const at = position + i;
      // What is late would be heard a round of the ring later.
      if (at < this.#given || at >= this.#given + size) continue;
      this.#ring[2 * (at % size) + side] = samples[i];
    }
  }

  #give(): void {
    const size = this.#ring.length / 2;
    const piece = new Int16Array(2 * this.#piece);
    for (let i = 0; i < this.#piece; i++) {
      const from = 2 * ((this.#given + i) % size);
      piece[2 * i] = this.#ring[from];
      piece[2 * i + 1] = this.#ring[from + 1];
      this.#ring[from] = this.#ring[from + 1] = 0;
    }
    this.#given += this.#piece;
    this.#onPiece(piece);
  }

  #skip(to: number): void {
    this.#ring.fill(0);
    this.#given = to;
  }
}
