/** Asks backends for a step, one attempt after the other, until one answers. */

import { type Clock, fraction, type Random } from "../../clock/mod.ts";
import type { Step, StepEvent, StepOptions, VoiceBackend } from "../voice_backend.ts";
import { type Answer, beginAnswer } from "./answer.ts";
import { Attempt } from "./attempt.ts";
import { CircuitBreaker, type CircuitPass } from "./circuit_breaker.ts";
import { GuardedStream } from "./guarded_stream.ts";
import type { Limits } from "./limits.ts";
import { pause } from "./pause.ts";
import { StepError } from "./step_error.ts";
import type { StepPlan } from "./step_plan.ts";

/** What a {@link StepRunner} needs. */
export interface StepRunnerOptions {
  /** In the order in which they are asked. */
  readonly backends: readonly VoiceBackend[];
  readonly limits: Readonly<Record<Step, Limits>>;
  readonly clock: Clock;
  readonly random: Random;
}

/** What happened so far to a step under way. */
interface Progress {
  readonly startedAt: number;
  attempts: number;
  backend: number;
  error: unknown;
}

/** Runs the steps of all calls, which share its circuit breakers: one for each step and backend. */
export class StepRunner {
  readonly #options: StepRunnerOptions;
  readonly #circuits: readonly Readonly<Record<Step, CircuitBreaker>>[];

  constructor(options: StepRunnerOptions) {
    this.#options = options;
    const { backends, limits, clock, random } = options;
    const circuit = (step: Step) => new CircuitBreaker(clock, { ...limits[step].circuit, random });
    this.#circuits = backends.map(() => ({
      transcribe: circuit("transcribe"),
      transcribeStream: circuit("transcribeStream"),
      generate: circuit("generate"),
      speak: circuit("speak"),
    }));
  }

  /**
   * Resolves to the whole of an answer, or to the stream of its parts once the first is there. Rejects
   * with {@link StepError}, or with the reason of the caller's signal.
   */
  async run<T>(plan: StepPlan<T>, options: StepOptions): Promise<T | AsyncIterable<T>> {
    const startedAt = this.#options.clock.now();
    const progress = { startedAt, attempts: 0, backend: -1, error: undefined };
    for (const index of this.#able(plan)) {
      if (progress.backend >= 0) {
        tell(options, { type: "fallback", step: plan.step, to: index, error: progress.error });
      }
      progress.backend = index;
      const answer = await this.#askOne(plan, options, progress);
      if (answer !== undefined) return answer.value;
    }
    throw this.#failure(plan, progress, "as at least one backend must answer");
  }

  /** The places of the backends that have the step. */
  #able({ step }: StepPlan<unknown>): number[] {
    return this.#options.backends.flatMap((backend, index) => backend[step] ? [index] : []);
  }

  /** Asks one backend as often as it may be asked; undefined if it has failed for good. */
  async #askOne<T>(
    plan: StepPlan<T>,
    options: StepOptions,
    progress: Progress,
  ): Promise<{ readonly value: T | AsyncIterable<T> } | undefined> {
    const { attempts, isRetriable } = plan.limits;
    const circuit = this.#circuits[progress.backend][plan.step];
    for (let attempt = 1;; attempt++) {
      options.signal.throwIfAborted();
      const pass = this.#watch(plan, options, progress.backend, () => circuit.enter());
      if (pass === undefined) {
        progress.error = new Error(
          `Cannot ask backend ${progress.backend} to ${plan.step} as its circuit must be closed: ` +
            `current value is ${circuit.state}`,
        );
        return;
      }
      try {
        return { value: await this.#attempt(plan, options, progress, pass) };
      } catch (error) {
        options.signal.throwIfAborted();
        progress.error = error;
        if (attempt >= attempts || circuit.state === "open" || !isRetriable(error)) return;
        // The caller has waited for long: another backend comes before another attempt.
        if (isTimeout(error) && this.#able(plan).at(-1) !== progress.backend) return;
        await this.#pause(plan, options, { attempt, error });
      }
    }
  }

  async #attempt<T>(
    plan: StepPlan<T>,
    options: StepOptions,
    progress: Progress,
    pass: CircuitPass,
  ): Promise<T | AsyncIterable<T>> {
    const { backends, clock } = this.#options;
    const { backend: index } = progress;
    const { signal } = options;
    const fail = () => this.#watch(plan, options, index, () => pass.fail());
    const attempt = new Attempt(clock, { signal, startsAfter: plan.startsAfter });
    progress.attempts++;
    let answer: Answer<T>;
    try {
      answer = await beginAnswer(plan, backends[index], attempt, options);
    } catch (error) {
      if (signal.aborted) pass.release();
      else fail();
      attempt.cancel(error);
      throw error;
    }
    this.#watch(plan, options, index, () => pass.succeed());
    if (answer.isWhole) {
      attempt.end();
      return answer.value;
    }
    const onFailure = (error: unknown) => {
      fail();
      progress.error = error;
      return this.#failure(plan, progress, "to the end as an answer must not break off");
    };
    return new GuardedStream({ plan, answer, attempt, onFailure });
  }

  async #pause(
    { step, limits: { waitMs: base, jitter } }: StepPlan<unknown>,
    options: StepOptions,
    { attempt, error }: { readonly attempt: number; readonly error: unknown },
  ): Promise<void> {
    const { clock, random } = this.#options;
    const waitMs = base * 2 ** (attempt - 1) * (1 - jitter * fraction(random));
    tell(options, { type: "retry", step, attempt, waitMs, error });
    await pause(clock, waitMs, options.signal);
  }

  /** Does something to a circuit and tells if that changed its state. */
  #watch<R>(
    { step }: StepPlan<unknown>,
    options: StepOptions,
    backend: number,
    action: () => R,
  ): R {
    const circuit = this.#circuits[backend][step];
    const before = circuit.state;
    const result = action();
    const { state } = circuit;
    if (state !== before) tell(options, { type: "circuit", step, backend, state });
    return result;
  }

  #failure(plan: StepPlan<unknown>, progress: Progress, rule: string): StepError {
    const { attempts, backend, error, startedAt } = progress;
    const ms = Math.round(this.#options.clock.now() - startedAt);
    const why = error instanceof Error ? error.message : String(error);
    return new StepError(
      `Cannot ${plan.step} ${rule}: current value is ${attempts} attempts in ${ms} ms, ` +
        `the last at backend ${backend}: ${why}`,
      { step: plan.step, backend, cause: error },
    );
  }
}

/** Whether time ran out, by our clock or by the backend's own. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** Tells who watches the call. What a watcher throws must not become a failure of the step. */
function tell({ report }: StepOptions, event: StepEvent): void {
  try {
    report?.(event);
  } catch {
    // The watcher's own affair.
  }
}
