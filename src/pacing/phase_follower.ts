/** How a {@link PhaseFollower} follows. */
export interface PhaseFollowerOptions {
  /**
   * The time between two packets, in ms.
   * @default 20
   */
  readonly periodMs?: number;
  /**
   * How long after nineteen in twenty of the arrivals the tick comes, in ms: time for the frame to get
   * through the chain.
   * @default 1.5
   */
  readonly marginMs?: number;
}

/** Arrivals that are looked at, the latest ones: a second of them. */
const WINDOW = 50;
/** Arrivals, at the start of a call, up to which every move is a jump; and the least to judge by. */
const ACQUIRE = 10;
/** A silence after which the sender may have another phase, in ms. */
const FORGET_MS = 1000;
/** Ticks between two looks, and between two moves. */
const LOOK_TICKS = 5;
/** The longest move, in ms. */
const STEP_MS = 0.5;
/** A move that is too small to be worth it, in ms. */
const DEAD_BAND_MS = 0.75;
/** A difference that is jumped when nobody hears it, in ms. */
const JUMP_MS = 3;
/** The shortest mean vector of arrivals that point to a phase at all: a deviation of 4.4 ms. */
const MIN_CONCENTRATION = 0.4;
/** The part of the arrivals that is waited for. */
const QUANTILE = 0.95;
/** How far behind the mean arrival it waits for late ones, in ms. */
const MAX_WAIT_MS = 6;

/**
 * Finds the phase at which to send so that a frame answered at once leaves at once: a little after
 * the caller's packets come.
 *
 * Each arrival is a point on a circle of one period. Their mean (as of directions, by adding up
 * vectors) is the caller's phase, and the 95th percentile around it what to wait for: one packet
 * out of order, or late, does not move it. Where arrivals are all over the circle there is no phase
 * to follow, and it stays.
 *
 * @example
 * ```ts
 * import { PhaseFollower } from "@sofia/phone/pacing";
 * import assert from "node:assert/strict";
 *
 * const follower = new PhaseFollower({ marginMs: 2 });
 * for (const at of [7, 27, 47]) follower.arrived(at);
 * assert.equal(follower.next(0), 9);
 * ```
 */
export class PhaseFollower {
  readonly #period: number;
  readonly #margin: number;
  /** The latest arrivals' places in the period, in a ring, and the vectors that point to them. */
  readonly #places = new Float64Array(WINDOW);
  readonly #x = new Float64Array(WINDOW);
  readonly #y = new Float64Array(WINDOW);
  readonly #late = new Float64Array(WINDOW);
  #count = 0;
  #cursor = 0;
  #arrivals = 0;
  #lastAt = -Infinity;
  #ticks = 0;

  /** Begins with no arrivals, and no phase. */
  constructor(options: PhaseFollowerOptions = {}) {
    const { periodMs = 20, marginMs = 1.5 } = options;
    this.#period = periodMs;
    this.#margin = marginMs;
  }

  /** Notes that a packet came, in ms of the clock. */
  arrived(atMs: number): void {
    if (atMs - this.#lastAt > FORGET_MS) this.#count = this.#cursor = 0;
    this.#lastAt = atMs;
    const place = modulo(atMs, this.#period);
    const angle = place * 2 * Math.PI / this.#period;
    this.#places[this.#cursor] = place;
    this.#x[this.#cursor] = Math.cos(angle);
    this.#y[this.#cursor] = Math.sin(angle);
    this.#count = Math.max(this.#count, this.#cursor + 1);
    this.#cursor = (this.#cursor + 1) % WINDOW;
    this.#arrivals++;
  }

  /**
   * Where the next tick should be, asked once per tick.
   *
   * @param phaseMs where ticks are now
   * @param options whether nothing is heard now, so that a jump does no harm
   */
  next(phaseMs: number, options: { readonly quiet?: boolean } = {}): number {
    const { quiet = false } = options;
    const acquiring = this.#arrivals <= ACQUIRE;
    if (!acquiring && (this.#ticks++ % LOOK_TICKS !== 0 || this.#count < ACQUIRE)) {
      return phaseMs;
    }
    const target = this.#target();
    if (target === undefined) return phaseMs;
    const move = this.#around(target - phaseMs);
    if (Math.abs(move) < DEAD_BAND_MS) return phaseMs;
    const jumps = acquiring || (quiet && Math.abs(move) >= JUMP_MS);
    const step = jumps ? move : Math.max(-STEP_MS, Math.min(STEP_MS, move));
    return modulo(phaseMs + step, this.#period);
  }

  #target(): number | undefined {
    const count = this.#count;
    let x = 0;
    let y = 0;
    for (let i = 0; i < count; i++) {
      x += this.#x[i];
      y += this.#y[i];
    }
    if (count === 0 || Math.hypot(x, y) < MIN_CONCENTRATION * count) return undefined;
    const mean = Math.atan2(y, x) * this.#period / (2 * Math.PI);
    const late = this.#late.subarray(0, count);
    for (let i = 0; i < count; i++) late[i] = this.#around(this.#places[i] - mean);
    late.sort();
    const wait = late[Math.ceil(count * QUANTILE) - 1];
    return mean + Math.min(wait, MAX_WAIT_MS) + this.#margin;
  }

  /** The shortest way around the circle: from minus to plus half a period. */
  #around(difference: number): number {
    const half = this.#period / 2;
    return modulo(difference + half, this.#period) - half;
  }
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
