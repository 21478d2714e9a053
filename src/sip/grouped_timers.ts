/** Many timers of few lengths for the price of a few. */

import type { Clock, Timer } from "../clock/mod.ts";

/** One timer in the queue of those with the same delay. */
class Entry implements Timer {
  previous: Entry | undefined;
  next: Entry | undefined;

  constructor(
    readonly callback: () => void,
    readonly dueAt: number,
    public group: Group | undefined,
  ) {}

  cancel(): void {
    this.group?.remove(this);
  }
}

/** The timers of one delay. They fall due in the order they were set, so one real timer serves all. */
class Group {
  first: Entry | undefined;
  last: Entry | undefined;
  armed: Timer | undefined;
  isFiring = false;
  size = 0;

  constructor(readonly delayMs: number, readonly onEmpty: (group: Group) => void) {}

  add(entry: Entry): void {
    entry.previous = this.last;
    if (this.last === undefined) this.first = entry;
    else this.last.next = entry;
    this.last = entry;
    this.size++;
  }

  remove(entry: Entry): void {
    if (entry.previous === undefined) this.first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === undefined) this.last = entry.previous;
    else entry.next.previous = entry.previous;
    entry.group = entry.previous = entry.next = undefined;
    this.size--;
    if (this.size === 0 && !this.isFiring) this.onEmpty(this);
  }
}

/**
 * A clock for code that sets very many timers and cancels nearly all of them, as SIP does: every
 * message of every call starts one of T1, T4 or 64 * T1. Setting and cancelling cost a few writes;
 * the clock beneath holds one timer for each different delay.
 *
 * @example
 * ```ts
 * import { VirtualClock } from "@sofia/phone/clock";
 * import { GroupedTimers } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const clock = new VirtualClock();
 * const timers = new GroupedTimers(clock);
 * let rung = 0;
 * for (let i = 0; i < 1000; i++) timers.setTimer(() => rung++, 500);
 * assert.equal(clock.pending, 1);
 * await clock.advance(500);
 * assert.equal(rung, 1000);
 * ```
 */
export class GroupedTimers implements Clock {
  readonly #clock: Clock;
  readonly #groups = new Map<number, Group>();
  readonly #drop = (group: Group) => {
    group.armed?.cancel();
    this.#groups.delete(group.delayMs);
  };

  /** Stands on `clock`. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds of the clock beneath. */
  now(): number {
    return this.#clock.now();
  }

  /** How many timers are set. */
  get pending(): number {
    let pending = 0;
    for (const group of this.#groups.values()) pending += group.size;
    return pending;
  }

  /** Calls `callback` once, `delayMs` milliseconds from now; never before. */
  setTimer(callback: () => void, delayMs: number): Timer {
    let group = this.#groups.get(delayMs);
    if (group === undefined) {
      group = new Group(delayMs, this.#drop);
      this.#groups.set(delayMs, group);
    }
    const entry = new Entry(callback, this.#clock.now() + delayMs, group);
    group.add(entry);
    if (group.armed === undefined && !group.isFiring) this.#arm(group, delayMs);
    return entry;
  }

  /** Forgets all timers. */
  clear(): void {
    for (const group of [...this.#groups.values()]) {
      while (group.first !== undefined) group.remove(group.first);
    }
  }

  #arm(group: Group, inMs: number): void {
    group.armed = this.#clock.setTimer(() => this.#fire(group), inMs);
  }

  #fire(group: Group): void {
    const now = this.#clock.now();
    group.armed = undefined;
    group.isFiring = true;
    try {
      while (group.first !== undefined && group.first.dueAt <= now) {
        const { callback } = group.first;
        group.remove(group.first);
        callback();
      }
    } finally {
      group.isFiring = false;
      if (group.first === undefined) this.#drop(group);
      else this.#arm(group, group.first.dueAt - now);
    }
  }
}
