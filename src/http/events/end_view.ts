/** Ends and failures, as they are told. */

import type { Call, CallEnd } from "../../call/mod.ts";

/** How a call ended. */
export function endView(end: CallEnd): Record<string, string | number> {
  const { cause, status, reason, transferredTo, error } = end;
  return {
    cause,
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reason: String(reason) }),
    ...(transferredTo !== undefined && { transferredTo }),
    ...(error !== undefined && { error: messageOf(error) }),
  };
}

/** What failed, and in which call. */
export function errorView(error: unknown, call: Call | undefined): { id?: string; error: string } {
  return { ...(call && { id: call.id }), error: messageOf(error) };
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 500);
}
