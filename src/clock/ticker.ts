import type { Clock, Timer } from "./clock.ts";
import { Lateness } from "./lateness.ts";

/** Ticks fall on multiples of this; timers are no finer than 1 ms anyway. */
const SLOT_MS = 0.5;

/**
 * Is called at each tick, never before its `deadline`, which is in ms of the clock.
 *
 * `lateness` says by how many ms it is late, `missed` how many ticks before it were passed over
 * since the last call because the process was busy.
 */
export type TickCallback = (deadline: number, lateness: number, missed: number) => void;

/** A place in the beat of a {@link Ticker}. */
export interface Tick {
  /**
   * When in each period the ticks fall: deadlines are whole periods of the clock plus this, rounded
   * to 0.5 ms. When set, the next tick comes at the new phase half a period to one and a half after
   * the last.
   */
  phaseMs: number;
  /** Ends it. May be called more than once, also from within the callback. */
  remove(): void;
}

/** How a {@link Ticker} beats. */
export interface TickerOptions {
  /**
   * The time between two ticks of one subscriber, a multiple of 0.5 ms.
   * @default 20
   */
  readonly periodMs?: number;
  /**
   * Takes what a callback throws. The others are not touched.
   * @default undefined it is counted only
   */
  readonly onError?: (error: unknown) => void;
}

/**
 * One metronome for all calls: absolute deadlines, spread over the period, one timer at a time.
 *
 * Deadlines do not drift. When the process was busy the ticks it missed are not made up for: there
 * is one call, which says how many it stands for.
 *
 * @example
 * ```ts
 * import { Ticker, VirtualClock } from "@sofia/phone/clock";
 * import assert from "node:assert/strict";
 *
 * const clock = new VirtualClock();
 * const ticker = new Ticker(clock);
 * const deadlines: number[] = [];
 * const tick = ticker.add((deadline) => deadlines.push(deadline), 5);
 * await clock.advance(60);
 * tick.remove();
 * assert.deepEqual(deadlines, [5, 25, 45]);
 * assert.equal(clock.pending, 0);
 * ```
 */
export class Ticker {
  /** The time between two ticks of one subscriber, in ms. */
  readonly periodMs: number;
  /** How late ticks were since the last reset of this. */
  readonly lateness: Lateness = new Lateness();
  readonly #clock: Clock;
  readonly #onError: ((error: unknown) => void) | undefined;
  /** The subscribers by phase. */
  readonly #slots: Set<Subscriber>[];
  /** All slots up to this one have had their turn: the slot at time t is t / SLOT_MS. */
  #doneSlot = 0;
  #timer: Timer | undefined;
  #armedSlot = Infinity;
  #running = false;
  #size = 0;
  #missed = 0;
  #failures = 0;

  /** Throws `RangeError` if the period is no multiple of 0.5 ms above 0. */
  constructor(clock: Clock, options: TickerOptions = {}) {
    const { periodMs = 20, onError } = options;
    const count = periodMs / SLOT_MS;
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(
        `Cannot tick as periodMs must be a multiple of ${SLOT_MS} above 0: ` +
          `current value is ${periodMs}`,
      );
    }
    this.periodMs = periodMs;
    this.#clock = clock;
    this.#onError = onError;
    this.#slots = Array.from({ length: count }, () => new Set<Subscriber>());
  }

  /** How many subscribers there are. */
  get size(): number {
    return this.#size;
  }

  /** How many ticks were missed, by all subscribers, since it was made. */
  get missed(): number {
    return this.#missed;
  }

  /** How many callbacks threw since it was made. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Calls `callback` every period from now on.
   *
   * @param phaseMs when in the period; left out, where the fewest others are
   */
  add(callback: TickCallback, phaseMs?: number): Tick {
    const slot = phaseMs === undefined ? this.#quietestSlot() : this.#slotOf(phaseMs);
    const now = this.#clock.now();
    // As if it had ticked before: what is missed from now on counts, also before its first call.
    const last = now - modulo(now - slot * SLOT_MS, this.periodMs);
    const subscriber: Subscriber = { callback, slot, after: now, last };
    this.#slots[slot].add(subscriber);
    // After a time without subscribers nothing in the past is due.
    if (this.#size++ === 0) this.#doneSlot = Math.floor(now / SLOT_MS);
    this.#arm();
    const slotOf = (phase: number) => this.#slotOf(phase);
    const move = (slot: number) => this.#move(subscriber, slot);
    return {
      get phaseMs(): number {
        return subscriber.slot * SLOT_MS;
      },
      set phaseMs(value: number) {
        move(slotOf(value));
      },
      remove: () => this.#remove(subscriber),
    };
  }

  #move(subscriber: Subscriber, slot: number): void {
    if (slot === subscriber.slot || !this.#slots[subscriber.slot].delete(subscriber)) return;
    subscriber.slot = slot;
    this.#slots[slot].add(subscriber);
    this.#arm();
  }

  #remove(subscriber: Subscriber): void {
    if (!this.#slots[subscriber.slot].delete(subscriber)) return;
    this.#size--;
    if (this.#size === 0) this.#arm();
  }

  /** Sets the timer for the next slot in which somebody waits; none if nobody does. */
  #arm(): void {
    if (this.#running) return;
    const next = this.#nextSlot();
    if (next === this.#armedSlot) return;
    this.#timer?.cancel();
    this.#armedSlot = next;
    this.#timer = next === Infinity
      ? undefined
      : this.#clock.setTimer(() => this.#run(), next * SLOT_MS - this.#clock.now());
  }

  #nextSlot(): number {
    if (this.#size === 0) return Infinity;
    let slot = this.#doneSlot + 1;
    while (this.#slots[modulo(slot, this.#slots.length)].size === 0) slot++;
    return slot;
  }

  #run(): void {
    const current = Math.floor(this.#clock.now() / SLOT_MS);
    // Of each phase only the latest tick; the callback hears how many came before it.
    const first = Math.max(this.#doneSlot + 1, current - this.#slots.length + 1);
    this.#running = true;
    for (let slot = first; slot <= current; slot++) {
      for (const subscriber of this.#slots[modulo(slot, this.#slots.length)]) {
        this.#call(subscriber, slot * SLOT_MS);
      }
    }
    this.#running = false;
    this.#doneSlot = current;
    this.#armedSlot = -1;
    this.#arm();
  }

  #call(subscriber: Subscriber, deadline: number): void {
    if (deadline <= subscriber.after) return;
    const since = deadline - subscriber.last;
    const missed = Math.max(0, Math.ceil(since / this.periodMs - 0.5) - 1);
    const lateness = this.#clock.now() - deadline;
    subscriber.last = deadline;
    subscriber.after = deadline + this.periodMs / 2;
    this.#missed += missed;
    this.lateness.record(lateness);
    try {
      subscriber.callback(deadline, lateness, missed);
    } catch (error) {
      this.#failures++;
      this.#onError?.(error);
    }
  }

  #slotOf(phaseMs: number): number {
    if (!Number.isFinite(phaseMs)) {
      throw new RangeError(`Cannot tick as phaseMs must be a number: current value is ${phaseMs}`);
    }
    return modulo(Math.round(phaseMs / SLOT_MS), this.#slots.length);
  }

  /** The slot with the fewest in it and, of those, the one with the fewest around it. */
  #quietestSlot(): number {
    const size = (slot: number) => this.#slots[modulo(slot, this.#slots.length)].size;
    let best = 0;
    let bestLoad = Infinity;
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const load = size(slot) * 4 + (size(slot - 1) + size(slot + 1)) * 2 +
        size(slot - 2) + size(slot + 2);
      if (load < bestLoad) [best, bestLoad] = [slot, load];
    }
    return best;
  }
}

interface Subscriber {
  readonly callback: TickCallback;
  slot: number;
  /** Ticks up to this time, in ms, are not its own: those before it came, and a second one too soon. */
  after: number;
  last: number;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
