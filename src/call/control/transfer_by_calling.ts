/** Giving a caller to somebody whom we call ourselves. */

import {
  briefOptions,
  type TransferOptions,
  type TransferResult,
  type TransferTarget,
} from "../../backend/mod.ts";
import { within } from "../../clock/mod.ts";
import { CallRefusedError } from "../outgoing/call_refused_error.ts";
import { bridgeCalls } from "./bridge_calls.ts";
import type { ControlledCall } from "./call_control.ts";
import { consult, type PlacedLeg } from "./consultation.ts";
import { causeOfStatus, outcomeOfCause } from "./hangup_cause.ts";

/** That somebody else has the floor, and keeps it, is known at once, in ms. */
const JOINING_MS = 20;

/** Whom to call, and what then. */
export interface CallingOptions {
  /** Whom the caller goes to, as it was asked for. */
  readonly target: TransferTarget;
  /** The address or number that is called. */
  readonly to: string;
  /** How. */
  readonly options: TransferOptions;
  /**
   * Brings the two together when the target takes the caller, and resolves with whether it did: not when
   * the target is gone. `resume` ends what the caller hears.
   */
  readonly handOver: (leg: PlacedLeg, resume: () => void) => Promise<boolean>;
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
  let isCompleted = false;
  try {
    await leg.dial();
    const decision = brief === undefined
      ? "accepted"
      : await consult(leg, { ...briefOptions(brief), signal: gaveUp, clock, onError });
    if (decision === "accepted" && !gaveUp.aborted) {
      call.leaveTo(target);
      isCompleted = await handOver(leg, resume);
      if (isCompleted) return { outcome: "completed" };
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
    // Who is still here has not gone anywhere.
    if (!isCompleted && !signal.aborted) call.leaveTo(undefined);
    resume();
  }
}

/**
 * Lets the two speak through us until one hangs up, which ends both. Resolves with whether they do: not
 * when the target is gone.
 *
 * Rejects with a TypeError when somebody else has the floor of the caller; both stay as they are then.
 */
export async function speakThroughUs(call: ControlledCall, leg: PlacedLeg): Promise<boolean> {
  if (!leg.isLive) return false;
  const joined = bridgeCalls(call, leg);
  if (await within(call.clock, joined, JOINING_MS)) await joined;
  const parted = joined.catch((error) => call.onError(error));
  void Promise.race([parted, leg.ended]).then(() => Promise.all([leg.hangup(), call.hangup()]));
  return true;
}

/** What a refusal with a status comes to. */
export function failed(status: number): TransferResult {
  const cause = causeOfStatus(status);
  return { outcome: outcomeOfCause(cause), cause };
}
