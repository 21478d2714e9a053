/** The newest part of a sound, in one array. */

/** Room for the first samples: a quarter of a second at 16 kHz. */
const FIRST_ROOM = 4096;
/** How much of the room may be filled after what is kept was moved to its start, and is in a new one. */
const MOST_FILLED = 3 / 4;
const FILLED = 2 / 3;
/** How many times the room that a new one would have may be held. */
const MOST_SPARE = 4;

/**
 * Keeps samples in a row, and forgets the oldest when it is told to.
 *
 * For what is kept for longer than a moment: frames that are kept one by one live too long for the
 * collectors of garbage of both runtimes, which take those for granted that die young.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { RecentSamples } from "@sofia/phone/audio";
 *
 * const recent = new RecentSamples();
 * for (let i = 0; i < 10; i++) {
 *   recent.push(new Int16Array(160).fill(i));
 *   recent.keep(400);
 * }
 * assert.equal(recent.length, 400);
 * assert.deepEqual([...recent.newest(161)].slice(0, 2), [8, 9]);
 * ```
 */
export class RecentSamples {
  #room = new Int16Array(0);
  #start = 0;
  #end = 0;
  #forgotten = 0;

  /** How many there are. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** How many there ever were: the position of what comes next. */
  get position(): number {
    return this.#forgotten + this.length;
  }

  /** Adds what comes next, which is copied. */
  push(samples: Int16Array): void {
    if (this.#end + samples.length > this.#room.length) this.#makeRoom(samples.length);
    this.#room.set(samples, this.#end);
    this.#end += samples.length;
  }

  /** Forgets all but the newest `count` samples. */
  keep(count: number): void {
    const forgotten = Math.max(0, this.length - count);
    this.#start += forgotten;
    this.#forgotten += forgotten;
  }

  /** A copy of the newest `count` samples, or of all there are. */
  newest(count: number = this.length): Int16Array<ArrayBuffer> {
    return this.#room.slice(Math.max(this.#start, this.#end - count), this.#end);
  }

  /** A copy of what lies between two positions, as far as it is kept. */
  between(from: number, to: number): Int16Array<ArrayBuffer> {
    return this.#room.slice(this.#placeOf(from), this.#placeOf(to));
  }

  /** Forgets all, and gives a view of it that is good until something is pushed. */
  takeAll(): Int16Array {
    const all = this.#room.subarray(this.#start, this.#end);
    this.#forgotten += this.length;
    this.#start = this.#end = 0;
    return all;
  }

  #placeOf(position: number): number {
    const place = this.#start + position - this.#forgotten;
    return Math.min(this.#end, Math.max(this.#start, place));
  }

  #makeRoom(more: number): void {
    const kept = this.#room.subarray(this.#start, this.#end);
    const needed = kept.length + more;
    const { length: room } = this.#room;
    const fitting = Math.max(FIRST_ROOM, Math.ceil(needed / FILLED));
    // Else what is kept would be moved again and again, for little that comes, or room held for nothing.
    if (needed > room * MOST_FILLED || room > fitting * MOST_SPARE) {
      this.#room = new Int16Array(fitting);
    }
    this.#room.set(kept);
    this.#start = 0;
    this.#end = kept.length;
  }
}
