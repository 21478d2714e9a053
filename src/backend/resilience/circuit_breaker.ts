/** What keeps all calls from asking a service that is down. */

import { type Clock, fraction, type Random, SystemRandom } from "../../clock/mod.ts";
import { OutcomeWindow } from "./outcome_window.ts";
import { requireFraction, requireMs, requireWhole } from "./require_option.ts";

/** Closed lets everything through, open nothing, half-open one call at a time. */
export type CircuitState = "closed" | "open" | "half-open";

/** When a {@link CircuitBreaker} opens, and for how long. */
export interface CircuitBreakerOptions {
  /** Opens after this many failures within the window: fewer may be chance. @default 5 */
  readonly failures?: number;
  /** How far back outcomes count, in ms, to a tenth of it. @default 30000 */
  readonly windowMs?: number;
  /**
   * Opens only if at least this share of all outcomes within the window are failures, so that a
   * hundred calls in which one step in fifty fails do not cut each other off.
   * @default 0.5
   */
  readonly failureShare?: number;
  /**
   * How long it refuses before it lets one call through to see, in ms, less the jitter.
   * @default 10000
   */
  readonly coolDownMs?: number;
  /**
   * Up to which share of the cool-down is left out, by chance, so that processes which lost a service
   * together do not come back to it together.
   * @default 0.5
   */
  readonly jitter?: number;
  /** The chance of the jitter. @default SystemRandom */
  readonly random?: Random;
}

/** Leave to ask, to be given back with what became of it. Only the first word counts. */
export interface CircuitPass {
  /** It was answered. A failure may still follow, of an answer that broke off. */
  succeed(): void;
  /** It failed. */
  fail(): void;
  /** It ended without telling anything about the service: nobody wanted the answer any more. */
  release(): void;
}

/**
 * A circuit breaker: after too many failures it refuses at once, instead of letting every call wait
 * for what will fail. When it has cooled down it lets one call at a time through, and closes when
 * that succeeds. The pattern is Michael Nygard's (Release It!, "Circuit Breaker").
 *
 * It has no timer of its own: it looks at the clock when it is asked.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { CircuitBreaker } from "./circuit_breaker.ts";
 * import { VirtualClock } from "@sofia/phone/clock";
 *
 * const clock = new VirtualClock();
 * const circuit = new CircuitBreaker(clock, { failures: 2, coolDownMs: 1000 });
 * circuit.enter()?.fail();
 * circuit.enter()?.fail();
 * assert.deepEqual([circuit.state, circuit.enter()], ["open", undefined]);
 *
 * await clock.advance(1000);
 * circuit.enter()?.succeed();
 * assert.equal(circuit.state, "closed");
 * ```
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #failures: number;
  readonly #failureShare: number;
  readonly #coolDownMs: number;
  readonly #jitter: number;
  readonly #outcomes: OutcomeWindow;
  #state: CircuitState = "closed";
  /** What was begun before the last change of state says nothing about the time after it. */
  #era = 0;
  #opensUntil = 0;
  #isProbing = false;

  /** Throws `RangeError` for options out of range. */
  constructor(clock: Clock, options: CircuitBreakerOptions = {}) {
    const { failures = 5, windowMs = 30_000, failureShare = 0.5 } = options;
    const { coolDownMs = 10_000, jitter = 0.5, random = new SystemRandom() } = options;
    requireWhole("failures", failures);
    requireMs("windowMs", windowMs);
    requireFraction("failureShare", failureShare);
    requireMs("coolDownMs", coolDownMs);
    requireFraction("jitter", jitter);
    this.#clock = clock;
    this.#random = random;
    this.#failures = failures;
    this.#failureShare = failureShare;
    this.#coolDownMs = coolDownMs;
    this.#jitter = jitter;
    this.#outcomes = new OutcomeWindow(windowMs);
  }

  /** What it lets through. It stays "open" after the cool-down until somebody asks. */
  get state(): CircuitState {
    return this.#state;
  }

  /** Leave to ask the service, or undefined if it is not to be asked now. */
  enter(): CircuitPass | undefined {
    if (this.#state === "open" && this.#clock.now() >= this.#opensUntil) this.#change("half-open");
    if (this.#state === "closed") return this.#pass();
    if (this.#state === "open" || this.#isProbing) return undefined;
    this.#isProbing = true;
    return this.#pass();
  }

  #pass(): CircuitPass {
    let era = this.#era;
    let isAnswered = false;
    let isOver = false;
    return {
      succeed: () => {
        if (isOver || isAnswered) return;
        isAnswered = true;
        if (era === this.#era) this.#succeed();
        era = this.#era;
      },
      fail: () => {
        if (isOver) return;
        isOver = true;
        if (era === this.#era) this.#fail();
      },
      release: () => {
        if (isOver || isAnswered) return;
        isOver = true;
        if (era === this.#era) this.#isProbing = false;
      },
    };
  }

  #succeed(): void {
    if (this.#state === "half-open") this.#change("closed");
    this.#outcomes.record(this.#clock.now(), true);
  }

  #fail(): void {
    if (this.#state === "half-open") return this.#open();
    this.#outcomes.record(this.#clock.now(), false);
    const { failures, successes } = this.#outcomes;
    const isMany = failures >= this.#failures;
    if (isMany && failures >= (failures + successes) * this.#failureShare) this.#open();
  }

  #open(): void {
    this.#opensUntil = this.#clock.now() +
      this.#coolDownMs * (1 - this.#jitter * fraction(this.#random));
    this.#change("open");
  }

  #change(state: CircuitState): void {
    this.#state = state;
    this.#era++;
    this.#isProbing = false;
    this.#outcomes.clear();
  }
}
