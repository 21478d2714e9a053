/** What can go wrong in a step of a backend. */

import type { Parts, Speech, Step } from "../../backend/mod.ts";
import type { Clock, Random } from "../../clock/mod.ts";

/** One call of one step, as a {@link Fault} finds it. */
export interface FaultyStep<T> {
  /** The step that was asked for. */
  readonly step: Step;
  /** Fires when the answer is no longer wanted. */
  readonly signal: AbortSignal;
  /** What a fault waits by. */
  readonly clock: Clock;
  /** The chance of a fault, the same for the same seed. */
  readonly random: Random;
  /** Asks the backend that has the fault. May throw. */
  ask(): Parts<T>;
  /** An answer with nothing in it: no words, or no samples. */
  readonly nothing: T;
  /** A part that makes an answer longer: a thousand characters, or a second of sound. */
  readonly filling: T;
  /** Cuts a whole into the parts a stream would give: words, or 100 ms of sound. */
  cut(whole: T): readonly T[];
}

/** Goes wrong with one call of a step: returns, or throws, what the step does instead. */
export type Fault = <T extends string | Speech>(step: FaultyStep<T>) => Parts<T>;

/** When a fault may strike. */
export interface FaultContext {
  /** The step that is asked for. */
  readonly step: Step;
  /** How often this step was asked for in all calls, with this time. */
  readonly nth: number;
  /** How often it was asked for in this call, with this time: in a simple call, the turn. */
  readonly nthOfCall: number;
  /** The call it is asked for in; empty for a phrase that a phone has spoken beforehand. */
  readonly sessionId: string;
  /** What is to be answered or spoken; empty for the steps that hear. */
  readonly text: string;
}

/** A fault, and when it strikes: whenever all that is given here holds. */
export interface FaultRule {
  /** What goes wrong. */
  readonly fault: Fault;
  /** In which step or steps. @default in all */
  readonly step?: Step | readonly Step[];
  /** Only the time or times it is asked for in all calls, from 1. @default each time */
  readonly nth?: number | readonly number[];
  /** Only when this returns true. @default always */
  readonly when?: (context: FaultContext) => boolean;
  /** How probable it is, from 0 to 1. @default 1 */
  readonly probability?: number;
}

/** How {@link withFaults} spoils a backend. */
export interface FaultOptions {
  /** What faults wait by. */
  readonly clock: Clock;
  /** What goes wrong and when. The first rule that holds strikes. */
  readonly rules: readonly FaultRule[];
  /** The chance of probabilities. @default SeededRandom(1) */
  readonly random?: Random;
  /** Told of each fault that strikes. */
  readonly onFault?: (context: FaultContext, rule: FaultRule) => void;
}
