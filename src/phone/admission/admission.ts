/** Decides whether a phone takes one more call. */

import type { Clock, Tick, Ticker } from "../../clock/mod.ts";
import { LoadMeter } from "./load_meter.ts";
import type { AdmissionOptions } from "./load_options.ts";
import type { LoadState } from "./load_state.ts";
import type { Refusal } from "./refusal.ts";
import { type SourceLimitOptions, SourceLimits } from "./source_limits.ts";

/** What {@link Admission} needs. */
export interface AdmissionContext {
  /** How the load is judged; false takes calls however busy the process is. */
  readonly admission: AdmissionOptions | false;
  /** What one address may not go beyond. */
  readonly limits: SourceLimitOptions;
  /** Calls at a time. */
  readonly maxCalls: number;
  readonly clock: Clock;
  /** The metronome whose ticks are judged. */
  readonly ticker: Ticker;
  /** The process is overloaded, or no longer. */
  readonly onLoad: (load: LoadState) => void;
  /** A tick came, and so much later than the first that did not come, in ms. */
  readonly onTick: (lateMs: number) => void;
}

/**
 * Weighs calls against what there is: lines, the time of the process, and what one source may take.
 *
 * It has a beat of its own in the ticker, as without calls nothing else would show that the process is
 * busy. One sample each 20 ms is enough: calls beat in all phases, so that all are late alike.
 */
export class Admission {
  /** Takes no more calls: set by whoever drains. */
  isDraining = false;
  readonly #context: AdmissionContext;
  readonly #meter: LoadMeter;
  readonly #sources: SourceLimits;
  #tick: Tick | undefined;

  /** Measures nothing before {@link start}. @throws {RangeError} for options that cannot work */
  constructor(context: AdmissionContext) {
    const { admission, limits, clock, ticker: { periodMs } } = context;
    this.#context = context;
    this.#meter = new LoadMeter({ ...(admission === false ? {} : admission), periodMs });
    this.#sources = new SourceLimits(limits, clock);
  }

  /** Calls at a time. */
  get maxCalls(): number {
    return this.#context.maxCalls;
  }

  /** How busy the process is. Without a judgement, it is never overloaded. */
  get load(): LoadState {
    return { ...this.#meter.state, isOverloaded: this.#isOverloaded };
  }

  /** Begins to measure. */
  start(): void {
    const { ticker, onTick, onLoad } = this.#context;
    this.#tick ??= ticker.add((_deadline, latenessMs, missed) => {
      const hasChanged = this.#meter.push(latenessMs, missed);
      if (hasChanged && this.#context.admission !== false) onLoad(this.load);
      onTick(latenessMs + missed * ticker.periodMs);
    });
  }

  /** Measures no more. */
  stop(): void {
    this.#tick?.remove();
    this.#tick = undefined;
  }

  /**
   * Why a call is refused now, if it is.
   *
   * @param calls how many there are
   * @param source the address it comes from; undefined where that says nothing of who calls
   */
  refusal(calls: number, source?: string): Refusal | undefined {
    const { maxCalls } = this.#context;
    if (this.isDraining) {
      return { status: 503, reason: "The phone is about to stop", why: "draining" };
    }
    const why = source === undefined ? undefined : this.#sources.refuses(source);
    if (why === "source-rate") return { status: 503, reason: "Too many calls a second", why };
    if (why !== undefined) return { status: 486, reason: "Too many calls at a time", why };
    if (calls >= maxCalls) return { status: 486, reason: "All lines are busy", why: "lines" };
    if (this.#isOverloaded) return { status: 503, reason: "Too busy", why: "overloaded" };
    return undefined;
  }

  /** Whether a call from a source without limits would be taken. */
  hasRoom(calls: number): boolean {
    return !this.isDraining && calls < this.#context.maxCalls && !this.#isOverloaded;
  }

  /** Does nothing if we may make one more call. @throws {Error} that says why we may not */
  requireRoom(calls: number): void {
    const { maxCalls } = this.#context;
    if (calls >= maxCalls) {
      throw new Error(`Cannot call as all lines are busy: there are ${maxCalls}`);
    }
    if (!this.#isOverloaded) return;
    const percent = (100 * this.load.lateShare).toFixed(0);
    throw new Error(`Cannot call as the process is too busy: ${percent} % of its ticks are late`);
  }

  /** A call from `source` was taken, and counts until it has `ended`. */
  take(source: string, ended: Promise<unknown>): void {
    void ended.then(this.#sources.add(source));
  }

  get #isOverloaded(): boolean {
    return this.#context.admission !== false && this.#meter.isOverloaded;
  }
}
