/** All that can go wrong with a step, and what should come of it. */
import type { Step } from "../../src/backend/mod.ts";
import {
  afterCancel,
  bursty,
  type Fault,
  hanging,
  huge,
  silent,
  slow,
  throwing,
  wrongType,
} from "../../src/testing/faults/mod.ts";

/**
 * What comes of a fault: the step's own answer, an answer with nothing in it, that of another backend
 * after a failure or when time is up, or an answer that breaks off.
 */
export type Fate = "answered" | "empty" | "replaced" | "overdue" | "broken";

/** Each fault with its name and what comes of it by the defaults of `resilient`. */
export const FAULTS: readonly (readonly [string, Fault, Fate | ((step: Step) => Fate)])[] = [
  ["slow", slow(1000), "answered"],
  ["far too slow", slow(60_000), "overdue"],
  ["slow between parts", slow(0, { betweenMs: 1000 }), "answered"],
  ["far too slow between parts", slow(0, { betweenMs: 60_000 }), "broken"],
  ["silent", silent(), quiet],
  ["silent, as a stream", silent({ isStream: true }), quiet],
  ["throwing", throwing(), "replaced"],
  ["throwing at the call", throwing({ isSync: true }), "replaced"],
  ["throwing no error", throwing({ error: null }), "replaced"],
  ["throwing a string", throwing({ error: "out of order" }), "replaced"],
  ["throwing before the first part", throwing({ afterParts: 0 }), "replaced"],
  ["throwing after a part", throwing({ afterParts: 1 }), "broken"],
  ["hanging", hanging(), "overdue"],
  ["hanging before the first part", hanging({ afterParts: 0 }), "overdue"],
  ["hanging after a part", hanging({ afterParts: 1 }), "broken"],
  ["never closed", hanging({ afterParts: 1000 }), "broken"],
  ["bursty", bursty(1000), "answered"],
  ["in small bursts", bursty(1000, { burst: 1 }), "answered"],
  ["bursty with a gap far too long", bursty(60_000), "broken"],
  ["answering too late", afterCancel({ delayMs: 500 }), "overdue"],
  ["answering when cancelled", afterCancel(), "overdue"],
  ["failing too late", afterCancel({ delayMs: 500, throws: true }), "overdue"],
  ["streaming too late", afterCancel({ delayMs: 500, isStream: true }), "overdue"],
  ["failing in a stream too late", afterCancel({ throws: true, isStream: true }), "overdue"],
  ["a number", wrongType(), "replaced"],
  ["null", wrongType({ value: null }), "replaced"],
  ["a stream of objects", wrongType({ value: {}, isStream: true }), "replaced"],
  ["endless", huge(), "broken"],
];

/** That nothing was said is for hearing to say. */
function quiet(step: Step): Fate {
  return step.startsWith("transcribe") ? "empty" : "replaced";
}
