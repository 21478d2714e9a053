/** A detector that outlives its failures. */

import type { Clock, Timer } from "../clock/mod.ts";
import type { Detector, DetectorFactory } from "./detector.ts";
import { DetectorFailure } from "./detector_failure.ts";
import { energyDetector } from "./energy.ts";

/** How a {@link SteadyDetector} watches. */
export interface SteadyDetectorOptions {
  /** What answers are timed by. */
  readonly clock: Clock;
  /**
   * How long an answer may take, in ms. Silero answers within 10 even when 200 calls ask it; half a
   * second is where callers begin to repeat themselves.
   * @default 500
   */
  readonly stuckMs?: number;
  /** Told of each replacement. */
  readonly onRestart?: (failure: DetectorFailure) => void;
}

/** A detector that was made for a failed one and fails in this time is not made a third time. */
const TRIAL_MS = 10_000;

/**
 * Stands for a detector that may throw, reject or never answer, none of which is any caller's fault:
 * it never does so itself. The one that failed is closed and a fresh one made; if that fails too,
 * or cannot be made, loudness decides for the rest of the call ({@link energyDetector}).
 *
 * A frame that no answer came for is as likely as the one before it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SystemClock } from "@sofia/phone/clock";
 * import { SteadyDetector } from "./steady_detector.ts";
 *
 * const broken = { detect: () => { throw new Error("broken"); }, close() {} };
 * const steady = new SteadyDetector(() => broken, { clock: new SystemClock() });
 * assert.equal(steady.detect(new Int16Array(320), 16000), 0);
 * assert.equal(steady.restarts, 1);
 * ```
 */
export class SteadyDetector implements Detector {
  readonly #make: DetectorFactory;
  readonly #clock: Clock;
  readonly #stuckMs: number;
  readonly #onRestart: ((failure: DetectorFailure) => void) | undefined;
  #detector: Detector;
  #likelihood = 0;
  #restarts = 0;
  /** Since when the present one is on trial. */
  #triedAt = -Infinity;
  #isFallback = false;
  /** Settles the answer that is waited for. */
  #giveUp: (() => void) | undefined;

  /** A detector for one call. */
  constructor(make: DetectorFactory, options: SteadyDetectorOptions) {
    const { clock, stuckMs = 500, onRestart } = options;
    this.#make = make;
    this.#clock = clock;
    this.#stuckMs = stuckMs;
    this.#onRestart = onRestart;
    this.#detector = this.#fresh();
  }

  /** Those of the present detector. */
  get thresholds(): Detector["thresholds"] {
    return this.#detector.thresholds;
  }

  /** How often it was replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How likely the frame holds a voice; at once if the present detector answers at once. */
  detect(samples: Int16Array, sampleRate: number): number | Promise<number> {
    try {
      const likelihood = this.#detector.detect(samples, sampleRate);
      if (typeof likelihood !== "number") return this.#await(likelihood);
      return this.#likelihood = likelihood;
    } catch (cause) {
      this.#replace(threw(cause));
      return this.#likelihood;
    }
  }

  /** Puts a fresh detector in the place of the present one. */
  restart(failure: DetectorFailure): void {
    this.#triedAt = -Infinity;
    this.#replace(failure);
  }

  /** Closes the present detector; whoever waits for an answer gets the one before. */
  close(): void {
    this.#giveUp?.();
    closeQuietly(this.#detector);
  }

  #await(answer: Promise<number>): Promise<number> {
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const settle = (take?: () => void): void => {
        if (timer === undefined) return;
        timer.cancel();
        timer = undefined;
        this.#giveUp = undefined;
        take?.();
        resolve(this.#likelihood);
      };
      timer = this.#clock.setTimer(() => settle(() => this.#replace(this.#stuck())), this.#stuckMs);
      this.#giveUp = settle;
      answer.then(
        (likelihood) => settle(() => void (this.#likelihood = likelihood)),
        (cause) => settle(() => this.#replace(threw(cause))),
      );
    });
  }

  #stuck(): DetectorFailure {
    return new DetectorFailure(
      "stuck",
      `Cannot wait for the detector as it must answer within ${this.#stuckMs} ms: it has not`,
    );
  }

  #replace(failure: DetectorFailure): void {
    closeQuietly(this.#detector);
    const now = this.#clock.now();
    if (now - this.#triedAt < TRIAL_MS) this.#isFallback = true;
    this.#triedAt = now;
    this.#restarts++;
    this.#onRestart?.(failure);
    this.#detector = this.#fresh();
  }

  #fresh(): Detector {
    if (!this.#isFallback) {
      try {
        return this.#make();
      } catch (cause) {
        this.#isFallback = true;
        this.#restarts++;
        this.#onRestart?.(threw(cause));
      }
    }
    return energyDetector()();
  }
}

function threw(cause: unknown): DetectorFailure {
  const message = `Cannot go on with the detector as it must not throw: current value is ${cause}`;
  return new DetectorFailure("threw", message, { cause });
}

function closeQuietly(detector: Detector): void {
  try {
    detector.close();
  } catch {
    // What is broken may break once more on its way out; its call must not.
  }
}
