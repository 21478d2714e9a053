/** Why a call is refused: as words, as a status of SIP and as a cause of the telephone network. */

import { causeCode, causeOfStatus } from "./control/hangup_cause.ts";

/** What a refusal means to whoever calls. */
export type RefusalName =
  /** The line is in use. */
  | "busy"
  /** Somebody does not want the call. */
  | "declined"
  /** It rang, and nobody answered. */
  | "no-answer"
  /** The one who was called cannot be had just now. */
  | "unavailable"
  /** The number does not exist, or does no longer. */
  | "not-found"
  /** We may not call there, or the password is wrong. */
  | "forbidden"
  /** There is no sound that both sides can do. */
  | "no-common-codec"
  /** Nothing answers at the address. */
  | "unreachable"
  /** The call was given up by our side. */
  | "cancelled"
  /** No line is free on the way, or something on it failed. */
  | "failed";

/** What a call can be refused with, by name. */
export type RejectReason = Extract<
  RefusalName,
  "busy" | "declined" | "unavailable" | "not-found" | "forbidden" | "failed"
>;

const REJECTS: Readonly<Record<RejectReason, number>> = {
  busy: 486,
  declined: 603,
  unavailable: 480,
  "not-found": 404,
  forbidden: 403,
  failed: 500,
};

/** Statuses by cause: RFC 3398 section 7.2.4.1. */
const STATUS_OF: Readonly<Record<number, number>> = {
  ...{ 1: 404, 2: 404, 3: 404, 17: 486, 18: 408, 19: 480, 20: 480, 21: 603, 22: 410, 23: 410 },
  ...{ 26: 404, 27: 502, 28: 484, 29: 501, 31: 480, 34: 503, 38: 503, 41: 503, 42: 503, 47: 503 },
  ...{ 55: 403, 57: 403, 58: 503, 65: 488, 70: 488, 79: 501, 87: 403, 88: 503, 102: 504 },
  ...{ 111: 500, 127: 500 },
};

const NAMES: Readonly<Record<number, RefusalName>> = {
  ...{ 401: "forbidden", 403: "forbidden", 404: "not-found", 407: "forbidden", 408: "no-answer" },
  ...{ 410: "not-found", 415: "no-common-codec", 480: "unavailable", 484: "not-found" },
  ...{ 485: "not-found", 486: "busy", 487: "cancelled", 488: "no-common-codec", 600: "busy" },
  ...{ 603: "declined", 604: "not-found", 606: "no-common-codec", 607: "declined" },
};

const NAMES_BY_CAUSE: Readonly<Record<number, RefusalName>> = {
  ...{ 1: "not-found", 17: "busy", 18: "no-answer", 19: "no-answer", 20: "unavailable" },
  ...{ 21: "declined", 22: "not-found", 28: "not-found", 88: "no-common-codec" },
};

/** What a status of 300-699 means. */
export function refusalName(status: number, cause?: number): RefusalName {
  // A gateway says many things by 480 or 503, and by the cause which of them.
  const byCause = status === 480 || status >= 500 && status < 600
    ? NAMES_BY_CAUSE[cause ?? 0]
    : undefined;
  return byCause ?? NAMES[status] ?? "failed";
}

/** The cause (ITU-T Q.850) that a status stands for. */
export function causeOf(status: number): number {
  const code = causeCode(causeOfStatus(status)) ?? 31;
  // FreeSWITCH has a number of its own for a call that was given up, which no network knows.
  return code > 127 ? 16 : code;
}

/** The cause in a Reason field (RFC 3326): 17 for `Q.850;cause=17;text="User busy"`. */
export function causeIn(reason: string | undefined): number | undefined {
  const found = /(?:^|,)\s*Q\.850\s*;[^,]*?\bcause\s*=\s*(\d{1,3})\b/i.exec(reason ?? "")?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * The status to refuse a call with.
 *
 * @param why a status of 300-699, a cause (Q.850) of 1-127, or a word
 * @throws {RangeError} for anything else
 */
export function rejection(why: number | RejectReason): {
  readonly status: number;
  /** The value of a Reason field, where the cause says more than the status. */
  readonly reason?: string;
} {
  if (typeof why === "string" && Object.hasOwn(REJECTS, why)) return { status: REJECTS[why] };
  const isWhole = Number.isInteger(why);
  if (isWhole && Number(why) >= 300 && Number(why) <= 699) return { status: Number(why) };
  if (isWhole && Number(why) >= 1 && Number(why) <= 127) {
    return { status: STATUS_OF[Number(why)] ?? 480, reason: `Q.850;cause=${why}` };
  }
  throw new RangeError(
    `Cannot reject a call as that takes a status of 300-699, a cause of 1-127 or one of ` +
      `${Object.keys(REJECTS).join(", ")}: current value is ${why}`,
  );
}
