/** What a backend was asked, and what it begins to say. */

import { isAsyncIterable } from "../parts.ts";
import type { Parts, StepOptions, VoiceBackend } from "../voice_backend.ts";
import type { Attempt, WaitLimit } from "./attempt.ts";
import { patientActions } from "./patient_actions.ts";
import type { StepPlan } from "./step_plan.ts";

/** The beginning of an answer: all of it, or its first part and where the others come from. */
export type Answer<T> =
  | { readonly isWhole: true; readonly value: T }
  | {
    readonly isWhole: false;
    readonly first: IteratorResult<T, void>;
    readonly size: number;
    readonly iterator: AsyncIterator<T, void>;
  };

/**
 * Asks `backend` and waits until its answer begins.
 *
 * Rejects if it does not begin in time, if it fails, or if it is not what the step gives. What comes
 * later is closed and harms nothing.
 */
export async function beginAnswer<T>(
  plan: StepPlan<T>,
  backend: VoiceBackend,
  attempt: Attempt,
  options: StepOptions,
): Promise<Answer<T>> {
  const limit = {
    name: `${plan.step}.firstPartMs`,
    ms: plan.limits.firstPartMs,
    isFromStart: true,
  };
  const { signal } = attempt;
  const { actions } = options;
  const given = actions === undefined
    ? { ...options, signal }
    : { ...options, signal, actions: patientActions(actions, attempt) };
  const asked = new Promise<Awaited<Parts<T>>>((resolve) => {
    resolve(plan.ask(backend, given) as Awaited<Parts<T>>);
  });
  const value = await attempt.within(asked, limit).catch((error) => {
    asked.then(discard, () => {});
    throw error;
  });
  if (isAsyncIterable<T>(value)) return await beginStream(plan, value, attempt, limit);
  const size = plan.measure(value, 0);
  if (size === 0 && !plan.mayBeEmpty) throw emptyAnswer(plan);
  return { isWhole: true, value };
}

async function beginStream<T>(
  plan: StepPlan<T>,
  stream: AsyncIterable<T>,
  attempt: Attempt,
  limit: WaitLimit,
): Promise<Answer<T>> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<T, void>;
  try {
    for (;;) {
      const first = await attempt.within(nextOf(iterator), limit);
      const size = first.done ? 0 : plan.measure(first.value, 0);
      if (size === 0 && !plan.mayBeEmpty) {
        if (first.done) throw emptyAnswer(plan);
        continue; // A sign of life, but nothing a caller could hear.
      }
      return { isWhole: false, first, size, iterator };
    }
  } catch (error) {
    closeIterator(iterator);
    throw error;
  }
}

/** The next part. A sync failure is a rejection, too. */
export function nextOf<T>(iterator: AsyncIterator<T, void>): Promise<IteratorResult<T, void>> {
  return new Promise((resolve) => resolve(iterator.next()));
}

/** Tells an iterator that nobody reads on, and does not wait for it: it may hang. */
export function closeIterator(iterator: AsyncIterator<unknown, void>): void {
  new Promise((resolve) => resolve(iterator.return?.())).catch(() => {});
}

/** Closes a stream that came when nobody waited for it any more. */
function discard(value: unknown): void {
  if (!isAsyncIterable(value)) return;
  try {
    closeIterator(value[Symbol.asyncIterator]() as AsyncIterator<unknown, void>);
  } catch {
    // It cannot be read, so there is nothing to close.
  }
}

function emptyAnswer({ step }: StepPlan<unknown>): Error {
  return new Error(
    `Cannot take what ${step} gives as it must not be empty: current value is empty`,
  );
}
