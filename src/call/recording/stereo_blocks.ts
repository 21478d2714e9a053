/** The latest seconds of a recording in memory, in blocks, with what of them the disk has not seen. */

/** The caller's channel. */
export const LEFT = 0;
/** The agent's channel. */
export const RIGHT = 1;

/** How much is kept. */
export interface StereoBlocksOptions {
  /** Samples of each channel in a block. */
  readonly blockFrames: number;
  /** Blocks that stay after they were written, for sound that is late. @default 4 */
  readonly kept?: number;
  /** Blocks that wait for the disk at most; then the oldest is given up. @default 20 */
  readonly waiting?: number;
}

/** A run of samples for the disk. */
export interface StereoPiece {
  /** Position of its first sample. */
  readonly position: number;
  /** Left and right in turns. Sound that is late may still be written into it: then it comes again. */
  readonly samples: Int16Array;
}

interface Block {
  readonly index: number;
  readonly samples: Int16Array;
  /** There is something in it that the disk has not seen. */
  isDirty: boolean;
  /** There is sound in it. */
  isHeard: boolean;
}

/**
 * Two channels of samples by their position, written in any order and taken in blocks.
 *
 * What nobody puts is silence. A block is taken when time has passed it, and once more when sound
 * for it was late.
 *
 * @example
 * ```ts
 * import { LEFT, RIGHT, StereoBlocks } from "@sofia/phone/call";
 * import assert from "node:assert/strict";
 *
 * const blocks = new StereoBlocks({ blockFrames: 2 });
 * blocks.put(LEFT, 1, Int16Array.of(7));
 * blocks.put(RIGHT, 0, Int16Array.of(5));
 * blocks.advance(3);
 * assert.deepEqual(blocks.take(2), { position: 0, samples: Int16Array.of(0, 5, 7, 0) });
 * assert.equal(blocks.take(2), undefined);
 * ```
 */
export class StereoBlocks {
  readonly #size: number;
  readonly #kept: number;
  readonly #waiting: number;
  /** By index, in order. */
  readonly #blocks = new Map<number, Block>();
  #end = 0;
  #next = 0;
  #dirty = 0;
  /** Samples of each channel that were given up, as the disk did not take them. */
  lost = 0;
  /** Samples that came when their place was no longer, or not yet, in memory. */
  misplaced = 0;

  /** Begins empty. */
  constructor(options: StereoBlocksOptions) {
    const { blockFrames, kept = 4, waiting = 20 } = options;
    this.#size = blockFrames;
    this.#kept = kept;
    this.#waiting = waiting;
  }

  /** How far time has come: the position of the sample after the last. */
  get end(): number {
    return this.#end;
  }

  /** Lets time come to `end`; what is before it and was not put is silence. */
  advance(end: number): void {
    this.#end = Math.max(this.#end, end);
    while (this.#next * this.#size < this.#end) this.#open();
  }

  /** Puts samples at a position of one channel, over what was there. */
  put(channel: number, position: number, samples: Int16Array): void {
    let at = position;
    const end = position + samples.length;
    while (at < end) {
      const index = Math.floor(at / this.#size);
      const first = index * this.#size;
      const to = Math.min(end, first + this.#size);
      const block = this.#blockAt(index);
      if (block === undefined) this.misplaced += to - at;
      else {
        const target = block.samples;
        for (let n = at; n < to; n++) target[2 * (n - first) + channel] = samples[n - position];
        block.isHeard = true;
        this.#soil(block);
      }
      at = to;
    }
  }

  /** Whether there is something to {@link take}. */
  isReady(before: number): boolean {
    if (this.#dirty === 0) return false;
    for (const { isDirty, index } of this.#blocks.values()) {
      if (!isDirty) continue;
      return before === Infinity
        ? index * this.#size < this.#end
        : (index + 1) * this.#size <= before;
    }
    return false;
  }

  /**
   * The oldest block that has not been taken since it changed and ends at `before` or earlier; with
   * `before` of Infinity also the last one, as far as time has come.
   */
  take(before: number): StereoPiece | undefined {
    if (!this.isReady(before)) return undefined;
    for (const block of this.#blocks.values()) {
      if (!block.isDirty) continue;
      const first = block.index * this.#size;
      block.isDirty = false;
      this.#dirty--;
      const length = before === Infinity ? Math.min(this.#end - first, this.#size) : this.#size;
      return { position: first, samples: block.samples.subarray(0, 2 * length) };
    }
    return undefined;
  }

  /** The disk did not take a piece: it is to be taken again, if it is still there. */
  giveBack({ position }: StereoPiece): void {
    const block = this.#blocks.get(Math.floor(position / this.#size));
    if (block === undefined) this.lost += this.#size;
    else this.#soil(block);
  }

  /** Gives up what waits, and returns how many samples of each channel that were. */
  giveUp(): number {
    const before = this.lost;
    for (const block of this.#blocks.values()) if (block.isDirty) this.#lose(block);
    return this.lost - before;
  }

  #blockAt(index: number): Block | undefined {
    // Sound may be a little ahead of time, no more than that.
    while (index >= this.#next && index <= Math.floor(this.#end / this.#size) + 1) this.#open();
    return this.#blocks.get(index);
  }

  #open(): void {
    const index = this.#next++;
    const samples = new Int16Array(2 * this.#size);
    this.#blocks.set(index, { index, samples, isDirty: true, isHeard: false });
    this.#dirty++;
    for (const block of this.#blocks.values()) {
      const isOverdue = block.isDirty && this.#dirty > this.#waiting;
      const isOld = !block.isDirty && this.#next - block.index > this.#kept;
      if (isOverdue) this.#lose(block);
      if (isOverdue || isOld) this.#blocks.delete(block.index);
    }
  }

  #soil(block: Block): void {
    if (block.isDirty) return;
    block.isDirty = true;
    this.#dirty++;
  }

  #lose(block: Block): void {
    // Silence that was not written is silence in the file all the same.
    if (block.isHeard) this.lost += this.#size;
    block.isDirty = false;
    this.#dirty--;
  }
}
