/** One inference for many calls: gathers what is due, runs it, hands each call its own back. */

import type { Clock, Timer } from "../clock/mod.ts";
import { INPUT, MEMORY, type SileroModel } from "./silero_model.ts";

/** How a {@link SileroBatcher} gathers. */
export interface SileroBatcherOptions {
  /** Decides how long is waited for more. */
  readonly clock: Clock;
  /**
   * The most windows of one inference. It holds the event loop while it runs, for about 0.2 ms and
   * 0.03 to 0.05 for each window: 24 are 0.9 to 1.5 ms, in which no other call's packet leaves. With
   * more of them 200 calls cost less and hold it longer; `bench/README.md` has the figures.
   * @default 24
   */
  readonly maxBatch?: number;
  /**
   * How long a window waits for those of other calls, in ms, when calls are many: with fewer than
   * `maxBatch` open it waits by that much less, and a lone call's never.
   * @default 4
   */
  readonly gatherMs?: number;
}

/** What a {@link SileroBatcher} has done. */
export interface SileroCounters {
  /** Inferences that succeeded. */
  batches: number;
  /** Windows in those. */
  windows: number;
  /** Inferences that failed. */
  failures: number;
}

/** One call at a {@link SileroBatcher}. */
export interface SileroCall {
  /**
   * How likely the window of an input of {@link INPUT} samples holds a voice: 0 to 1. Windows of one
   * call are judged in their order, each with what the ones before left to remember.
   *
   * @throws whatever the runtime threw at the inference it was in; what is remembered stays as it was
   */
  judge(input: Float32Array): Promise<number>;
  /** Forgets the call; windows that still wait are judged 0. */
  close(): void;
}

interface Call {
  readonly state: Float32Array;
  readonly waiting: Window[];
  isOpen: boolean;
}

interface Window {
  readonly call: Call;
  readonly input: Float32Array;
  readonly resolve: (likelihood: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Judges the windows of all calls of a process together, as 16 take about three times as long
 * as one alone.
 *
 * A batch runs when it is full, when every open call has a window in it, or when its first has
 * waited long enough. Batches run one after another, with a turn of the event loop between them.
 * What the runtime throws rejects the windows of that batch alone.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SystemClock } from "@sofia/phone/clock";
 * import { SileroBatcher } from "@sofia/phone/vad/silero";
 *
 * // Finds a voice in what is not 0, and counts the windows of each call.
 * const model = {
 *   run: async (inputs: Float32Array, state: Float32Array, count: number) => ({
 *     likelihoods: Float32Array.from({ length: count }, (_, i) => inputs[i * 288] ? 1 : 0),
 *     state: state.map((value) => value + 1),
 *   }),
 * };
 * const batcher = new SileroBatcher(model, { clock: new SystemClock() });
 * const [silent, talking] = [batcher.join(), batcher.join()];
 * const judged = [silent.judge(new Float32Array(288)), talking.judge(new Float32Array(288).fill(1))];
 * assert.deepEqual(await Promise.all(judged), [0, 1]);
 * assert.equal(batcher.counters.batches, 1);
 * ```
 */
export class SileroBatcher {
  /** What it has done. */
  readonly counters: SileroCounters = { batches: 0, windows: 0, failures: 0 };
  readonly #model: SileroModel;
  readonly #clock: Clock;
  readonly #maxBatch: number;
  readonly #gatherMs: number;
  /** Gathered anew for each batch: one runs at a time. */
  readonly #inputs: Float32Array;
  readonly #state: Float32Array;
  /** The calls whose first waiting window is due, in the order they came to be. */
  readonly #due: Call[] = [];
  #open = 0;
  #timer: Timer | undefined;
  #running = false;

  /**
   * A batcher over a model.
   *
   * @throws {RangeError} unless `maxBatch` is a whole number above 0 and `gatherMs` is not below 0
   */
  constructor(model: SileroModel, options: SileroBatcherOptions) {
    const { clock, maxBatch = 24, gatherMs = 4 } = options;
    if (!Number.isInteger(maxBatch) || maxBatch < 1 || !(gatherMs >= 0)) {
      throw new RangeError(
        `Cannot gather windows as maxBatch is a whole number above 0 and gatherMs not below 0: ` +
          `current value is ${maxBatch} and ${gatherMs}`,
      );
    }
    this.#model = model;
    this.#clock = clock;
    this.#maxBatch = maxBatch;
    this.#gatherMs = gatherMs;
    this.#inputs = new Float32Array(maxBatch * INPUT);
    this.#state = new Float32Array(maxBatch * 2 * MEMORY);
  }

  /** How many calls are open. */
  get open(): number {
    return this.#open;
  }

  /** A call that remembers nothing yet. */
  join(): SileroCall {
    const call: Call = { state: new Float32Array(2 * MEMORY), waiting: [], isOpen: true };
    this.#open++;
    return {
      judge: (input) => this.#judge(call, input),
      close: () => this.#close(call),
    };
  }

  #judge(call: Call, input: Float32Array): Promise<number> {
    if (!call.isOpen) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      call.waiting.push({ call, input, resolve, reject });
      if (call.waiting.length > 1) return;
      this.#due.push(call);
      this.#gather();
    });
  }

  #close(call: Call): void {
    if (!call.isOpen) return;
    call.isOpen = false;
    this.#open--;
    const index = this.#due.indexOf(call);
    if (index >= 0) this.#due.splice(index, 1);
    for (const { resolve } of call.waiting.splice(0)) resolve(0);
    this.#gather();
  }

  /** Runs a batch if it is time, or sees to it that it will be. */
  #gather(): void {
    const { length } = this.#due;
    if (this.#running || length === 0) return;
    const enough = Math.min(this.#open, this.#maxBatch);
    if (length >= enough) return void this.#run();
    // The more calls, the more is saved by waiting, and the sooner others come.
    const waitMs = this.#gatherMs * enough / this.#maxBatch;
    this.#timer ??= this.#clock.setTimer(() => {
      this.#timer = undefined;
      if (!this.#running && this.#due.length > 0) void this.#run();
    }, waitMs);
  }

  async #run(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#running = true;
    const windows = this.#due.splice(0, this.#maxBatch).map(({ waiting }) => waiting[0]);
    const count = windows.length;
    for (let i = 0; i < count; i++) {
      const { input, call: { state } } = windows[i];
      this.#inputs.set(input, i * INPUT);
      this.#state.set(state.subarray(0, MEMORY), i * MEMORY);
      this.#state.set(state.subarray(MEMORY), (count + i) * MEMORY);
    }
    try {
      const inputs = this.#inputs.subarray(0, count * INPUT);
      const state = this.#state.subarray(0, count * 2 * MEMORY);
      const after = await this.#model.run(inputs, state, count);
      this.counters.batches++;
      this.counters.windows += count;
      for (let i = 0; i < count; i++) {
        const { call, resolve } = windows[i];
        call.state.set(after.state.subarray(i * MEMORY, (i + 1) * MEMORY));
        call.state.set(
          after.state.subarray((count + i) * MEMORY, (count + i + 1) * MEMORY),
          MEMORY,
        );
        resolve(after.likelihoods[i]);
      }
    } catch (error) {
      this.counters.failures++;
      for (const { reject } of windows) reject(error);
    }
    this.#running = false;
    for (const { call } of windows) {
      call.waiting.shift();
      if (call.waiting.length > 0) this.#due.push(call);
    }
    this.#gather();
  }
}
