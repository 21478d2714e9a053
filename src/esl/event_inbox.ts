/** Where events wait for those who listen, so that a flood of them holds nobody up. */

import type { Clock, Lateness } from "../clock/mod.ts";

/** What an inbox may do. */
export interface EventInboxOptions {
  /** How many wait at most before no more are taken from the network. */
  readonly maxWaiting: number;
  /** How long they are worked on before everybody else has a turn, in ms. */
  readonly sliceMs: number;
  /** Notes how long each one waited. */
  readonly lag: Lateness;
}

/** Milliseconds of work that each idle millisecond allows: work that takes four fifths never waits. */
const REGAIN = 4;

/**
 * Hands over what comes in the order it came: at once while there is little, in slices of a few
 * milliseconds while there is much. When too many wait it asks to hold the network, which makes
 * FreeSWITCH keep them; nothing is thrown away.
 */
export class EventInbox<T> {
  readonly #clock: Clock;
  readonly #options: EventInboxOptions;
  readonly #deliver: (item: T) => void;
  readonly #hold: (isHeld: boolean) => void;
  #waiting: { readonly item: T; readonly at: number }[] = [];
  #first = 0;
  #creditMs: number;
  #idleSince = 0;
  #isHeld = false;
  #isScheduled = false;
  #isBusy = false;
  /** What to do when nothing waits any more; set when nothing more comes. */
  #onDrained: (() => void) | undefined;

  constructor(
    clock: Clock,
    options: EventInboxOptions,
    handlers: { readonly deliver: (item: T) => void; readonly hold: (isHeld: boolean) => void },
  ) {
    this.#clock = clock;
    this.#options = options;
    this.#creditMs = options.sliceMs;
    this.#deliver = handlers.deliver;
    this.#hold = handlers.hold;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length - this.#first;
  }

  /** Takes one. */
  push(item: T): void {
    if (this.#onDrained !== undefined) return;
    this.#waiting.push({ item, at: this.#clock.now() });
    if (!this.#isScheduled && !this.#isBusy) this.#work();
    if (!this.#isHeld && this.length >= this.#options.maxWaiting) {
      this.#isHeld = true;
      this.#hold(true);
    }
  }

  /** Takes no more; `onDrained` is called when the last has been handed over, which may be at once. */
  close(onDrained: () => void): void {
    if (this.#onDrained !== undefined) return;
    this.#onDrained = onDrained;
    if (this.length === 0 && !this.#isBusy) onDrained();
  }

  #work(): void {
    // Others had their turn: one in any case, or a busier connection could take all turns.
    let isOwed = this.#isScheduled;
    this.#isScheduled = false;
    this.#isBusy = true;
    let now = this.#clock.now();
    const idleMs = now - this.#idleSince;
    this.#creditMs = Math.min(this.#options.sliceMs, this.#creditMs + REGAIN * idleMs);
    while (this.#first < this.#waiting.length) {
      if (this.#creditMs <= 0 && !isOwed) {
        this.#isScheduled = true;
        this.#clock.setTimer(() => this.#work(), 0);
        break;
      }
      isOwed = false;
      const { item, at } = this.#waiting[this.#first++];
      this.#options.lag.record(now - at);
      this.#deliver(item);
      const before = now;
      now = this.#clock.now();
      this.#creditMs -= now - before;
    }
    this.#idleSince = now;
    this.#isBusy = false;
    this.#tidy();
    if (this.length === 0) this.#onDrained?.();
  }

  #tidy(): void {
    if (this.#first === this.#waiting.length || this.#first > 1024) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    if (this.#isHeld && this.length <= this.#options.maxWaiting / 2) {
      this.#isHeld = false;
      this.#hold(false);
    }
  }
}
