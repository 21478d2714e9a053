/** What the caller does, with what it did too early, or out of habit. */

import type { Floor, FloorInput, NextInputOptions } from "../../backend/mod.ts";
import type { Clock } from "../../clock/mod.ts";

/** Something the caller did. */
export interface Input {
  /** What. */
  readonly what: FloorInput;
  /** It did so while something was said that it did not cut short. */
  readonly isEarly: boolean;
}

/**
 * The inputs of a floor, in order, which can be looked at before they are taken.
 *
 * Keys that are pressed early wait for the question they answer, as those do who know a menu by heart.
 */
export class Inputs {
  readonly #floor: Floor;
  readonly #clock: Clock;
  #waiting: Input[] = [];
  /** A turn of speech has begun early, and its words are to come. */
  #isEarlySpeech = false;
  #habit: { readonly keys: string; readonly until: number } = { keys: "", until: -Infinity };

  constructor(floor: Floor, clock: Clock) {
    this.#floor = floor;
    this.#clock = clock;
  }

  /** Whether none can come any more, as the floor was given back. */
  get areOver(): boolean {
    return this.#waiting.length === 0 && !this.#floor.isHeld;
  }

  /** The next one; undefined when none came in time, or the signal fired. */
  async next(options: NextInputOptions = {}): Promise<Input | undefined> {
    const input = this.#waiting.shift();
    if (input !== undefined) return input;
    const endAt = this.#clock.now() + (options.timeoutMs ?? Infinity);
    for (;;) {
      const left = Math.max(0, endAt - this.#clock.now());
      const timeout = left === Infinity ? {} : { timeoutMs: left };
      const what = await this.#floor.next({ ...options, ...timeout });
      if (what === undefined) return undefined;
      if (!this.#isHabit(what)) return this.#marked(what);
    }
  }

  /** Whether a key waits to be taken, or the end of the call. */
  async hasKey(): Promise<boolean> {
    await this.#look();
    return this.#waiting.some(({ what }) => what.type === "key" || what.type === "ended");
  }

  /** Marks what was said so far as said while something was spoken that went on all the same. */
  async spokenOver(): Promise<void> {
    await this.#look();
    this.#waiting = this.#waiting.map((input) => ({ ...input, isEarly: true }));
    const last = this.#waiting.findLast(({ what }) => what.type.startsWith("speech"));
    if (last !== undefined) this.#isEarlySpeech = last.what.type === "speech-begin";
  }

  /** Forgets what was done so far; the end of the call is not forgotten. */
  async flush(): Promise<void> {
    await this.#look();
    this.#waiting = this.#waiting.filter(({ what }) => what.type === "ended");
  }

  /** Passes over one of `keys`, if it is the next thing that comes, and in time. */
  passOver(keys: string, forMs: number): void {
    const { what } = this.#waiting[0] ?? {};
    if (what === undefined) this.#habit = { keys, until: this.#clock.now() + forMs };
    else if (what.type === "key" && keys.includes(what.digit)) this.#waiting.shift();
  }

  async #look(): Promise<void> {
    for (;;) {
      const what = await this.#floor.next({ timeoutMs: 0 });
      if (what === undefined) return;
      if (!this.#isHabit(what)) this.#waiting.push(this.#marked(what));
      if (what.type === "ended") return;
    }
  }

  #marked(what: FloorInput): Input {
    const isEarly = this.#isEarlySpeech && what.type === "speech";
    if (what.type === "speech" || what.type === "speech-begin") this.#isEarlySpeech = false;
    return { what, isEarly };
  }

  #isHabit(what: FloorInput): boolean {
    const { keys, until } = this.#habit;
    this.#habit = { keys: "", until: -Infinity };
    return what.type === "key" && keys.includes(what.digit) && this.#clock.now() <= until;
  }
}
