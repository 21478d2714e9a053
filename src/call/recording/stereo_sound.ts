/** Both sides of a call on one line: what a recording is before it is bytes. */

import type { SenderTime } from "../../audio/mod.ts";
import type { LineRate, SoundTap } from "../../media/mod.ts";
import { CallerPlace, type PlacedSound } from "./caller_place.ts";
import { LEFT, RIGHT, StereoBlocks, type StereoPiece } from "./stereo_blocks.ts";

/** The length of a block, in ms: what is written at once, and with what follows it the most a crash takes. */
const BLOCK_MS = 500;
/** How long after its time a block is written, in ms: sound that came in disorder is in it by then. */
const GRACE_MS = 120;

/** What a {@link StereoSound} is to be told. */
export interface StereoSoundOptions {
  /** How much may wait for the disk, in ms, before the oldest is given up. @default 10000 */
  readonly waitingMs?: number;
  /** Told that there is a block to take. @default nobody is told */
  readonly onReady?: () => void;
}

/** From where to where nothing is kept. */
interface Mask {
  readonly from: number;
  to: number;
}

/**
 * The caller on the left, the agent on the right, each sample where it belongs.
 *
 * The line is the agent's: it goes on by what is sent, silence and time passed over included, as the
 * RTP timestamps of the agent's packets do, and the caller's sound is laid along it by
 * {@link CallerPlace}.
 *
 * @example
 * ```ts
 * import { StereoSound } from "@sofia/phone/call";
 * import assert from "node:assert/strict";
 *
 * const sound = new StereoSound({ sampleRate: 8000, clockRate: 8000 });
 * sound.sent(new Int16Array(160).fill(9), 160);
 * sound.sent(undefined, 160);
 * sound.finish();
 * assert.equal(sound.end, 320);
 * assert.deepEqual(sound.take()?.samples.subarray(316, 322), Int16Array.of(0, 9, 0, 9, 0, 0));
 * ```
 */
export class StereoSound implements SoundTap {
  /** Hz. */
  readonly sampleRate: number;
  /** Where the caller's sound is laid. */
  readonly place: CallerPlace;
  readonly #blocks: StereoBlocks;
  readonly #ticksPerSample: number;
  readonly #grace: number;
  readonly #onReady: () => void;
  /** Ticks since the start. */
  #ticks = 0;
  #masks: Mask[] = [];
  #open: Mask | undefined;
  #isFinished = false;

  /** Begins with silence, as long as nothing. */
  constructor(line: LineRate, options: StereoSoundOptions = {}) {
    const { waitingMs = 10_000, onReady = () => {} } = options;
    const { sampleRate, clockRate } = line;
    const blockFrames = Math.round(sampleRate * BLOCK_MS / 1000);
    this.sampleRate = sampleRate;
    this.place = new CallerPlace(line);
    this.#ticksPerSample = clockRate / sampleRate;
    this.#grace = Math.round(sampleRate * GRACE_MS / 1000);
    this.#onReady = onReady;
    const waiting = Math.ceil(waitingMs / BLOCK_MS);
    this.#blocks = new StereoBlocks({ blockFrames, waiting });
  }

  /** Where it ends, in samples. */
  get end(): number {
    return this.#blocks.end;
  }

  /** Samples of each channel that were given up, as the disk did not take them. */
  get lost(): number {
    return this.#blocks.lost;
  }

  /** Samples of one channel that came when their place was no longer in memory. */
  get misplaced(): number {
    return this.#blocks.misplaced;
  }

  /** Whether nothing is kept now. */
  get isMasked(): boolean {
    return this.#open !== undefined;
  }

  /** The caller's sound. */
  heard(samples: Int16Array, origin: SenderTime): void {
    if (!this.#isFinished) this.#lay(this.place.push(samples, origin));
  }

  /** The agent's sound. */
  sent(samples: Int16Array | undefined, ticks: number): void {
    if (this.#isFinished) return;
    const position = this.#positionOf(this.#ticks);
    this.#ticks += ticks;
    this.#blocks.advance(this.#positionOf(this.#ticks));
    if (samples !== undefined) this.#put(RIGHT, position, samples);
  }

  /** A tick is over. */
  ticked(nextAt: number): void {
    if (this.#isFinished) return;
    this.#lay(this.place.ticked(this.#ticks, nextAt));
    if (this.isReady) this.#onReady();
  }

  /** Whether there is a block to {@link take}. */
  get isReady(): boolean {
    return this.#blocks.isReady(this.#due);
  }

  /** Keeps nothing of either side from here on: silence is in its place. */
  mask(): void {
    if (this.#open !== undefined) return;
    this.#open = { from: this.end, to: Infinity };
    this.#masks.push(this.#open);
  }

  /** Keeps both sides again. */
  unmask(): void {
    if (this.#open !== undefined) this.#open.to = this.end;
    this.#open = undefined;
  }

  /** The oldest block that is due and has not been taken since it changed. */
  take(): StereoPiece | undefined {
    return this.#blocks.take(this.#due);
  }

  /** The disk did not take a block. */
  giveBack(piece: StereoPiece): void {
    this.#blocks.giveBack(piece);
  }

  /** Gives up what the disk has not taken, and returns how many samples of each channel that were. */
  giveUp(): number {
    return this.#blocks.giveUp();
  }

  /** Ends it where it is. */
  finish(): void {
    if (this.#isFinished) return;
    this.#lay(this.place.flush());
    this.#isFinished = true;
  }

  /** Blocks that end here or earlier may be written. */
  get #due(): number {
    return this.#isFinished ? Infinity : this.end - this.#grace;
  }

  #positionOf(ticks: number): number {
    return Math.round(ticks / this.#ticksPerSample);
  }

  #lay(pieces: readonly PlacedSound[]): void {
    for (const { samples, ticks } of pieces) this.#put(LEFT, this.#positionOf(ticks), samples);
  }

  #put(channel: number, position: number, samples: Int16Array): void {
    const kept = this.#masks.length === 0 ? samples : this.#masked(position, samples);
    this.#blocks.put(channel, position, kept);
  }

  /** The samples with silence where nothing is kept. */
  #masked(position: number, samples: Int16Array): Int16Array {
    // What is far behind can be in no mask that ended long ago.
    this.#masks = this.#masks.filter(({ to }) => to > this.end - 60 * this.sampleRate);
    const kept = samples.slice();
    for (const { from, to } of this.#masks) {
      // A place before the first sample would count from the end.
      kept.fill(0, Math.max(0, from - position), Math.max(0, to - position));
    }
    return kept;
  }
}
