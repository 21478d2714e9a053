/** One key press, whichever ways it is told in. */

import type { KeyWay } from "./key_press.ts";

/** How long after a press another way may tell of it, in ms. */
const APART_MS = 1000;
/** How long after a press that was told in another way the last of its tone may be heard, in ms. */
const ECHO_MS = 150;
/** Presses that are remembered at most: ten keys a second for longer than the ways are apart. */
const REMEMBERED = 32;

/** A press, and the ways that have told it. */
interface Press {
  readonly digit: string;
  readonly ways: Set<KeyWay>;
  /** When it was over, in ms; Infinity while the key is down. */
  until: number;
}

/**
 * Takes a key once that is told in several ways.
 *
 * What one way tells is the same press as what another told shortly before, or while the key is still
 * down, unless it was matched already; so a key that is pressed again is a press of its own, in
 * whichever way it is told. A gateway that takes tones out of the sound leaves their first and last
 * piece in it: what is heard of a press that another way has told is one, in however many pieces.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { KeyWays } from "@sofia/phone/call";
 *
 * const ways = new KeyWays();
 * assert.equal(ways.accepts("rtp", "5", 0), true);
 * assert.equal(ways.accepts("info", "5", 30), false);
 * assert.equal(ways.accepts("info", "5", 300), true);
 * ```
 */
export class KeyWays {
  /** Oldest first. */
  #presses: Press[] = [];

  /** Whether `digit`, told in this way at `now` (ms), is a press that was not told yet. */
  accepts(way: KeyWay, digit: string, now: number): boolean {
    this.#presses = this.#presses.filter(({ until }) => now - until < APART_MS).slice(-REMEMBERED);
    const same = this.#presses.filter((press) => press.digit === digit);
    const untold = same.find(({ ways }) => !ways.has(way));
    if (untold !== undefined) {
      untold.ways.add(way);
      return false;
    }
    const isEcho = ({ ways, until }: Press) => ways.size > 1 && now - until < ECHO_MS;
    if (way === "inband" && same.some(isEcho)) return false;
    this.#presses.push({ digit, ways: new Set([way]), until: now });
    return true;
  }

  /** Says that the key is down still: another way may tell of it as long as that is so, and after. */
  holds(way: KeyWay, digit: string): void {
    const press = this.#latest(way, digit);
    if (press !== undefined) press.until = Infinity;
  }

  /** Says that the key came up at `now` (ms). */
  releases(way: KeyWay, digit: string, now: number): void {
    const press = this.#latest(way, digit);
    if (press !== undefined) press.until = now;
  }

  #latest(way: KeyWay, digit: string): Press | undefined {
    return this.#presses.findLast((press) => press.digit === digit && press.ways.has(way));
  }
}
