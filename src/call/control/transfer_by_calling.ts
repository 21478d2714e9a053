/** Giving a caller to somebody whom we call ourselves. */

import {
  briefOptions,
  type TransferOptions,
  type TransferResult,
  type TransferTarget,
} from "../../backend/mod.ts";
import { bridge } from "../../media/mod.ts";
import { CallRefusedError } from "../outgoing/call_refused_error.ts";
import type { ControlledCall } from "./call_control.ts";
import { consult, type PlacedLeg } from "./consultation.ts";
import { causeOfStatus, outcomeOfCause } from "./hangup_cause.ts";

/** Whom to call, and what then. */
export interface CallingOptions {
  /** Whom the caller goes to, as it was asked for. */
  readonly target: TransferTarget;
  /** The address or number that is called. */
  readonly to: string;
  /** How. */
  readonly options: TransferOptions;
  /**
   * Brings the two together when the target has the caller. `resume` ends what the caller hears.
   */
  readonly handOver: (leg: PlacedLeg, resume: () => void) => Promise<void> | void;
}

/**
 * Calls the target while the caller waits, tells it about the caller if that is wanted, and hands the
 * caller over. Undefined when nobody can be called.
 */
export async function transferByCalling(
  call: ControlledCall,
  { target, to, options, handOver }: CallingOptions,
): Promise<TransferResult | undefined> {
  const { timeoutMs = 30_000, hear = "ringback", brief } = options;
  const { signal, clock, onError } = call;
  const gaveUp = options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]);
  const leg = call.place(to, { ringTimeoutMs: timeoutMs, signal: gaveUp });
  if (leg === undefined) return undefined;
  const resume = call.wait(hear);
  try {
    await leg.dial();
    const decision = brief === undefined
      ? "accepted"
      : await consult(leg, { ...briefOptions(brief), signal: gaveUp, clock, onError });
    if (decision === "accepted" && !gaveUp.aborted) {
      call.leaveTo(target);
      await handOver(leg, resume);
      return { outcome: "completed" };
    }
    await leg.hangup();
    if (signal.aborted) return { outcome: "ended" };
    return { outcome: gaveUp.aborted ? "cancelled" : "declined" };
  } catch (error) {
    await leg.hangup();
    if (!(error instanceof CallRefusedError)) throw error;
    if (signal.aborted) return { outcome: "ended" };
    return gaveUp.aborted ? { outcome: "cancelled" } : failed(error.status);
  } finally {
    resume();
  }
}

/** Lets the two speak through us until one hangs up, which ends both. */
export function speakThroughUs(call: ControlledCall, leg: PlacedLeg): void {
  const joined = bridge(call, leg).catch((error) => call.onError(error));
  void Promise.race([joined, leg.ended]).then(() => Promise.all([leg.hangup(), call.hangup()]));
}

/** What a refusal with a status comes to. */
export function failed(status: number): TransferResult {
  const cause = causeOfStatus(status);
  return { outcome: outcomeOfCause(cause), cause };
}
