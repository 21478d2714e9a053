/** The keys that a caller presses, told once each, and hidden where that is wanted. */

import type { Clock } from "../../clock/mod.ts";
import type { MediaKey } from "../../media/mod.ts";
import { type KeyEntry, type KeyPress, type KeyWay, MASKED_DIGIT } from "./key_press.ts";
import { KeyWays } from "./key_ways.ts";

/** How many presses the record of a call has at most: a caller can press for hours. */
const MOST_ENTRIES = 500;
/**
 * How long recordings keep nothing after the mask was taken away, in ms, and after the last key came up:
 * it is told when it goes down, and its tone goes on.
 */
const COVERED_MS = 300;
/** A key of whose end nobody is told is up after so many times as long: half a minute. */
const MOST_LOOKS = 100;

/** What {@link CallKeys} need. */
export interface CallKeysOptions {
  /** Time. */
  readonly clock: Clock;
  /** Told of each press, once, as everybody may see it. */
  readonly onKey: (press: KeyPress) => void;
  /** Told the digit of each press, as only who has asked the caller for it is to see it. */
  readonly onDigit: (digit: string) => void;
}

/** What keeps the sound of a call: a recording. */
export interface SoundKeeper {
  /** Keeps nothing until the returned function is called. */
  mask(): () => void;
}

/**
 * Gathers the keys of one call from all ways in which they are told.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { CallKeys } from "@sofia/phone/call";
 * import { VirtualClock } from "@sofia/phone/clock";
 *
 * const [seen, digits]: string[][] = [[], []];
 * const keys = new CallKeys({
 *   clock: new VirtualClock(),
 *   onKey: ({ digit }) => void seen.push(digit),
 *   onDigit: (digit) => void digits.push(digit),
 * });
 * keys.tell("info", "1", 160);
 * const unmask = keys.mask();
 * keys.tell("info", "2", 160);
 * unmask();
 * assert.deepEqual([seen, digits], [["1", "x"], ["1", "2"]]);
 * ```
 */
export class CallKeys {
  readonly #options: CallKeysOptions;
  readonly #ways = new KeyWays();
  readonly #entries: KeyEntry[] = [];
  readonly #down = new Map<string, number>();
  /** The keys that are down, by their ways. */
  readonly #held = new Set<string>();
  #masks = 0;
  /** What keeps sound and is not to keep this; and how to let it do so again. */
  readonly #keepers = new Set<SoundKeeper>();
  readonly #uncover = new Map<SoundKeeper, () => void>();
  /** Who passes presses on. */
  readonly #passed = new Set<(digit: string) => void>();
  #count = 0;
  /** Whether keys have come in packets of their own. */
  #hasPackets = false;

  /** No key was pressed yet. */
  constructor(options: CallKeysOptions) {
    this.#options = options;
  }

  /** How many keys were pressed. */
  get count(): number {
    return this.#count;
  }

  /**
   * Tells `listener` the digit of each press from now on that the sound of the call does not hold, even
   * while digits are hidden, until the returned function is called.
   */
  passTo(listener: (digit: string) => void): () => void {
    this.#passed.add(listener);
    return () => void this.#passed.delete(listener);
  }

  /** The first 500 presses, each with the whole time its key was down once that is known. */
  get entries(): readonly KeyEntry[] {
    return this.#entries;
  }

  /** Whether digits are hidden from all but who has asked for them. */
  get areMasked(): boolean {
    return this.#masks > 0;
  }

  /** Takes a press that is told by a message, with how long the key was down, in ms. */
  tell(way: KeyWay, digit: string, durationMs: number): void {
    this.#press(way, digit, durationMs);
  }

  /** Takes what the sound of the call tells: that a key went down, or that it came up. */
  hear({ type, way, digit, durationMs }: MediaKey): void {
    const down = way + digit;
    if (type === "start") this.#held.add(down);
    else this.#held.delete(down);
    if (way === "rtp") this.#hasPackets = true;
    if (type === "start") {
      // Whose telephone sends keys in packets lets what is left of them in the sound be heard, too;
      // and a FreeSWITCH in between sends the packets later than the sound, the more so the faster.
      if (way === "inband" && this.#hasPackets) return;
      const entry = this.#press(way, digit, durationMs);
      this.#ways.holds(way, digit);
      if (entry !== undefined) this.#down.set(down, entry);
      return;
    }
    this.#ways.releases(way, digit, this.#options.clock.now());
    const entry = this.#down.get(down);
    this.#down.delete(down);
    if (entry !== undefined) this.#entries[entry] = { ...this.#entries[entry], durationMs };
  }

  /**
   * Hides digits from now on, until the function that is returned is called and every other one:
   * everywhere but to the floor and the backend, a key is {@link MASKED_DIGIT} then. Recordings keep
   * nothing from then on, and up to 0.3 s longer, as the tone of the last key is longer than its news.
   */
  mask(): () => void {
    this.#masks++;
    for (const keeper of this.#keepers) this.#cover(keeper);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#masks === 0) this.#uncoverLater();
    };
  }

  /** Has `keeper` keep nothing while digits are hidden, now or later: they can be heard, too. */
  covers<T extends SoundKeeper>(keeper: T): T {
    this.#keepers.add(keeper);
    if (this.areMasked || this.#uncover.size > 0) this.#cover(keeper);
    return keeper;
  }

  #cover(keeper: SoundKeeper): void {
    if (!this.#uncover.has(keeper)) this.#uncover.set(keeper, keeper.mask());
  }

  #uncoverLater(looks = MOST_LOOKS): void {
    this.#options.clock.setTimer(() => {
      if (this.areMasked) return;
      if (this.#held.size > 0 && looks > 1) return this.#uncoverLater(looks - 1);
      for (const uncover of this.#uncover.values()) uncover();
      this.#uncover.clear();
    }, COVERED_MS);
  }

  /** Takes a press, unless another way has told it: where its entry is, if it has one. */
  #press(way: KeyWay, digit: string, durationMs: number): number | undefined {
    const at = this.#options.clock.now();
    if (!this.#ways.accepts(way, digit, at)) return undefined;
    const press = { digit: this.areMasked ? MASKED_DIGIT : digit, way, durationMs };
    this.#count++;
    const isKept = this.#entries.length < MOST_ENTRIES;
    if (isKept) this.#entries.push({ ...press, at });
    this.#options.onKey(press);
    this.#options.onDigit(digit);
    if (way !== "inband") { for (const pass of this.#passed) pass(digit); }
    return isKept ? this.#entries.length - 1 : undefined;
  }
}
