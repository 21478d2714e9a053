/** What a call does, or refuses to do. */

import { getLogger } from "@logtape/logtape";
import type { HttpContext } from "../http_env.ts";
import { messageOf } from "../events/end_view.ts";
import { ProblemError } from "../problem.ts";

const log = getLogger(["sofia-phone", "http"]);

/**
 * What `act` resolves with.
 *
 * @throws {ProblemError} when the call cannot do it now, or what was asked for cannot be: it says why
 */
export async function attempt<T>(act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw problemOf(error);
  }
}

/** What `act` resolves with, however long that takes: a telephone rings for longer than servers wait. */
export async function patiently<T>(c: HttpContext, act: () => Promise<T>): Promise<T> {
  const stop = c.env?.keepOpen?.();
  try {
    return await act();
  } finally {
    stop?.();
  }
}

/** Does `act`, for which nobody waits: a failure is logged. */
export function leave(act: () => Promise<unknown>): void {
  act().catch((error) => log.warn("what was asked for has failed: {error}", { error }));
}

function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const detail = messageOf(error);
  // What is asked for is no target, no cause...; the rest is a matter of the moment.
  if (error instanceof RangeError || error instanceof SyntaxError) {
    return new ProblemError("bad-request", { detail });
  }
  return new ProblemError("not-possible", { detail });
}
