/** What a backend answers, in parts. */

import type { Speech } from "../../backend/mod.ts";
import type { FaultyStep } from "./fault.ts";

/** The parts of the true answer; a whole is cut into those a stream would give. */
export async function* partsOfStep<T extends string | Speech>(
  step: FaultyStep<T>,
): AsyncGenerator<T, void, void> {
  const answer = await step.ask();
  if (isStream(answer)) yield* answer;
  else yield* step.cut(answer);
}

/** Whether an answer comes in parts. */
export function isStream<T>(answer: T | AsyncIterable<T>): answer is AsyncIterable<T> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}
