/** What is to be known of a step to guard it. */

import { msIn } from "../../audio/mod.ts";
import { requireSpeech, requireText } from "../require.ts";
import type { Parts, Speech, Step, StepOptions, VoiceBackend } from "../voice_backend.ts";
import type { Limits } from "./limits.ts";

/** A step of one call, to be asked of one backend or another. */
export interface StepPlan<T> {
  readonly step: Step;
  readonly limits: Limits;
  /** Whether an answer with nothing in it is one. */
  readonly mayBeEmpty: boolean;
  /** Its times run only from when this has resolved. @default at once */
  readonly startsAfter?: Promise<void>;
  /** Asks a backend. May throw. */
  readonly ask: (backend: VoiceBackend, options: StepOptions) => Parts<T>;
  /**
   * Takes a part, which may be anything, and returns the size of the answer with it, given that
   * without it. Throws what is wrong with the part.
   */
  readonly measure: (part: unknown, size: number) => number;
}

/** Adds up the parts of a text, in characters. */
export function measureText(step: Step, maxCharacters: number): StepPlan<string>["measure"] {
  return (part, size) => {
    requireText(step, part);
    return requireSize(step, size + part.length, "maxCharacters", maxCharacters);
  };
}

/** Looks at texts each of which is the whole so far, in characters. */
export function measureHearing(step: Step, maxCharacters: number): StepPlan<string>["measure"] {
  return (part) => {
    requireText(step, part);
    return requireSize(step, part.length, "maxCharacters", maxCharacters);
  };
}

/** Adds up sound, in ms. */
export function measureSpeech(step: Step, maxSpeechMs: number): StepPlan<Speech>["measure"] {
  return (part, size) => {
    requireSpeech(part, "what speak gives");
    const durationMs = msIn(part.samples.length, part.sampleRate);
    return requireSize(step, size + durationMs, "maxSpeechMs", maxSpeechMs);
  };
}

function requireSize(step: Step, size: number, name: string, limit: number): number {
  if (size <= limit) return size;
  throw new RangeError(
    `Cannot take what ${step} gives as ${name} is ${limit}: current value is ${size}`,
  );
}
