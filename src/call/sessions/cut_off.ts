/** Whether a call that is over here may go on elsewhere. */

import type { CallEnd } from "../call_events.ts";
import { causeIn } from "../refusals.ts";

/** Nobody meant more than to hang up: ITU-T Q.850, cause 16. */
const NORMAL = 16;

/**
 * Whether a call ended though nobody wanted that: something failed, FreeSWITCH did not hear us any more,
 * or we end as a process. Its caller is then likely to be still in FreeSWITCH.
 *
 * @param isStopping whether we end all calls
 */
export function isCutOff(end: CallEnd, isStopping: boolean): boolean {
  if (end.transferredTo !== undefined) return false;
  if (end.error !== undefined) return true;
  if (end.cause === "local") return isStopping;
  if (end.cause === "remote") return isFailure(end.reason);
  return end.cause === "timeout" || end.cause === "expired";
}

/** Why it ended, in words for the store. */
export function causeOfEnd({ cause, reason, transferredTo }: CallEnd): string {
  if (transferredTo !== undefined) return "transferred";
  return reason === undefined ? cause : `${cause}: ${reason.slice(0, 200)}`;
}

function isFailure(reason: string | undefined): boolean {
  if (reason === undefined) return false;
  const cause = causeIn(reason);
  // What is no cause of the telephone network is one of FreeSWITCH's own, such as MEDIA_TIMEOUT.
  return cause === undefined ? /\bMEDIA_TIMEOUT\b/.test(reason) : cause !== NORMAL;
}
