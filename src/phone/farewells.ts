/** Backends that are told of the ends of their calls. */

import { type Clock, within } from "../clock/mod.ts";

/** How long backends may take when the phone stops, in ms: a record of a call is written in less. */
const LONGEST_MS = 5000;

/** Knows which backends still do what they do when a call is over. */
export class Farewells {
  readonly #clock: Clock;
  readonly #underWay = new Set<Promise<void>>();

  /** None is under way. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** One begins, which never rejects. */
  add(farewell: Promise<void>): void {
    this.#underWay.add(farewell);
    void farewell.then(() => this.#underWay.delete(farewell));
  }

  /** Resolves when none is under way, or after five seconds. */
  async done(): Promise<void> {
    if (this.#underWay.size === 0) return;
    await within(this.#clock, Promise.all(this.#underWay), LONGEST_MS);
  }
}
