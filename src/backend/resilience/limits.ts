/** The policies of the steps, with what users left out filled in. */

import type { Step } from "../voice_backend.ts";
import {
  requireFraction,
  requireLimit,
  requireMs,
  requireWaitMs,
  requireWhole,
} from "./require_option.ts";
import type {
  ResilienceOptions,
  SpeakPolicy,
  StepPolicy,
  TextStepPolicy,
} from "./resilience_options.ts";

/** What holds for one step. `maxSize` is in characters, or in ms of speech. */
export interface Limits extends Required<Omit<StepPolicy, "circuit">>, Pick<StepPolicy, "circuit"> {
  readonly maxSize: number;
}

const HEARING = { nextPartMs: 4000, mayBeEmpty: true, maxSize: 20_000 };

/**
 * Chosen for a caller, who takes a silent line for a dead one: one step may run out of time once, and
 * its second attempt or its fallback still answers within the 15 s that a conversation gives the first
 * sound. Hearing while the caller speaks gives up before the conversation does, after 3 s.
 */
const DEFAULTS: Readonly<Record<Step, Omit<Limits, "waitMs" | "jitter" | "isRetriable">>> = {
  transcribe: { ...HEARING, firstPartMs: 6000, attempts: 2 },
  transcribeStream: { ...HEARING, firstPartMs: 2500, nextPartMs: 2500, attempts: 1 },
  generate: {
    firstPartMs: 6000,
    nextPartMs: 6000,
    attempts: 1,
    mayBeEmpty: false,
    maxSize: 100_000,
  },
  speak: { firstPartMs: 4000, nextPartMs: 4000, attempts: 2, mayBeEmpty: false, maxSize: 600_000 },
};

/** @throws {RangeError} for values out of range */
export function limitsOf(step: Step, options: ResilienceOptions): Limits {
  const policy: TextStepPolicy & SpeakPolicy = options[step] ?? {};
  const defaults = DEFAULTS[step];
  const { firstPartMs = defaults.firstPartMs, nextPartMs = defaults.nextPartMs } = policy;
  const { attempts = defaults.attempts, mayBeEmpty = defaults.mayBeEmpty, circuit } = policy;
  const { waitMs = 200, jitter = 0.5, isRetriable = () => true } = policy;
  const sizeName = step === "speak" ? "maxSpeechMs" : "maxCharacters";
  const { [sizeName]: maxSize = defaults.maxSize } = policy;
  requireMs(`${step}.firstPartMs`, firstPartMs);
  requireMs(`${step}.nextPartMs`, nextPartMs);
  requireWhole(`${step}.attempts`, attempts);
  requireWaitMs(`${step}.waitMs`, waitMs);
  requireFraction(`${step}.jitter`, jitter);
  requireLimit(`${step}.${sizeName}`, maxSize);
  return {
    firstPartMs,
    nextPartMs,
    attempts,
    mayBeEmpty,
    circuit,
    waitMs,
    jitter,
    isRetriable,
    maxSize,
  };
}
