/** Why calls end, as numbers of ITU-T Q.850 and by the names that FreeSWITCH has for them. */

import type { TransferOutcome } from "../../backend/mod.ts";

/**
 * The names by their numbers: those of ITU-T Q.850 up to 127, and FreeSWITCH's own above, which no
 * network knows (`switch_call_cause_t` of FreeSWITCH 1.10.12).
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, "UNALLOCATED_NUMBER"],
  [2, "NO_ROUTE_TRANSIT_NET"],
  [3, "NO_ROUTE_DESTINATION"],
  [6, "CHANNEL_UNACCEPTABLE"],
  [7, "CALL_AWARDED_DELIVERED"],
  [16, "NORMAL_CLEARING"],
  [17, "USER_BUSY"],
  [18, "NO_USER_RESPONSE"],
  [19, "NO_ANSWER"],
  [20, "SUBSCRIBER_ABSENT"],
  [21, "CALL_REJECTED"],
  [22, "NUMBER_CHANGED"],
  [23, "REDIRECTION_TO_NEW_DESTINATION"],
  [25, "EXCHANGE_ROUTING_ERROR"],
  [27, "DESTINATION_OUT_OF_ORDER"],
  [28, "INVALID_NUMBER_FORMAT"],
  [29, "FACILITY_REJECTED"],
  [30, "RESPONSE_TO_STATUS_ENQUIRY"],
  [31, "NORMAL_UNSPECIFIED"],
  [34, "NORMAL_CIRCUIT_CONGESTION"],
  [38, "NETWORK_OUT_OF_ORDER"],
  [41, "NORMAL_TEMPORARY_FAILURE"],
  [42, "SWITCH_CONGESTION"],
  [43, "ACCESS_INFO_DISCARDED"],
  [44, "REQUESTED_CHAN_UNAVAIL"],
  [45, "PRE_EMPTED"],
  [50, "FACILITY_NOT_SUBSCRIBED"],
  [52, "OUTGOING_CALL_BARRED"],
  [54, "INCOMING_CALL_BARRED"],
  [57, "BEARERCAPABILITY_NOTAUTH"],
  [58, "BEARERCAPABILITY_NOTAVAIL"],
  [63, "SERVICE_UNAVAILABLE"],
  [65, "BEARERCAPABILITY_NOTIMPL"],
  [66, "CHAN_NOT_IMPLEMENTED"],
  [69, "FACILITY_NOT_IMPLEMENTED"],
  [79, "SERVICE_NOT_IMPLEMENTED"],
  [81, "INVALID_CALL_REFERENCE"],
  [88, "INCOMPATIBLE_DESTINATION"],
  [95, "INVALID_MSG_UNSPECIFIED"],
  [96, "MANDATORY_IE_MISSING"],
  [97, "MESSAGE_TYPE_NONEXIST"],
  [98, "WRONG_MESSAGE"],
  [99, "IE_NONEXIST"],
  [100, "INVALID_IE_CONTENTS"],
  [101, "WRONG_CALL_STATE"],
  [102, "RECOVERY_ON_TIMER_EXPIRE"],
  [103, "MANDATORY_IE_LENGTH_ERROR"],
  [111, "PROTOCOL_ERROR"],
  [127, "INTERWORKING"],
  [487, "ORIGINATOR_CANCEL"],
  [800, "BLIND_TRANSFER"],
  [801, "ATTENDED_TRANSFER"],
  [802, "ALLOTTED_TIMEOUT"],
  [803, "USER_CHALLENGE"],
  [804, "MEDIA_TIMEOUT"],
  [805, "PICKED_OFF"],
  [806, "USER_NOT_REGISTERED"],
  [807, "PROGRESS_TIMEOUT"],
  [808, "INVALID_GATEWAY"],
  [809, "GATEWAY_DOWN"],
  [810, "INVALID_URL"],
  [811, "INVALID_PROFILE"],
  [812, "NO_PICKUP"],
  [815, "BUSY_EVERYWHERE"],
  [816, "DECLINE"],
  [817, "DOES_NOT_EXIST_ANYWHERE"],
]);

const CODES: ReadonlyMap<string, number> = new Map([...NAMES].map(([code, name]) => [name, code]));

/** RFC 3398 section 8.2.6.1: the cause of an INVITE that was refused with a status. */
const CAUSES: Readonly<Record<number, number>> = {
  400: 41,
  401: 21,
  402: 21,
  403: 21,
  404: 1,
  405: 63,
  406: 79,
  407: 21,
  408: 102,
  410: 22,
  413: 127,
  414: 127,
  415: 79,
  416: 127,
  420: 127,
  480: 18,
  481: 41,
  482: 25,
  483: 25,
  484: 28,
  485: 1,
  486: 17,
  487: 487,
  488: 88,
  500: 41,
  501: 79,
  502: 38,
  503: 41,
  504: 102,
  505: 127,
  600: 17,
  603: 21,
  604: 1,
  606: 88,
};

/** The name of a cause's number; undefined when it has none. */
export function causeName(code: number): string | undefined {
  return NAMES.get(code);
}

/** The number of a cause by its name, such as 17 for `USER_BUSY`; undefined when there is none. */
export function causeCode(name: string): number | undefined {
  return CODES.get(name);
}

/** The name of the cause that stands for a SIP status of 300 and above. */
export function causeOfStatus(status: number): string {
  return NAMES.get(CAUSES[status] ?? (status >= 500 ? 41 : 31)) ?? "NORMAL_UNSPECIFIED";
}

/**
 * The value of a Reason field (RFC 3326) for a cause by its name: `Q.850;cause=17;text="USER_BUSY"`.
 *
 * What only FreeSWITCH knows is 31 to the rest of the world, unspecified.
 *
 * @throws {RangeError} for a name that is none
 */
export function reasonOfCause(name: string): string {
  const code = CODES.get(name);
  if (code === undefined) {
    throw new RangeError(
      `Cannot hang up as the cause must be a name of FreeSWITCH's: current value is ${name}`,
    );
  }
  return `Q.850;cause=${code > 127 ? 31 : code};text="${name}"`;
}

/** The cause that a Reason field tells: by its name where FreeSWITCH wrote it, else by its number. */
export function causeOfReason(reason: string | undefined): string | undefined {
  if (reason === undefined) return undefined;
  const text = /text="([A-Z_]+)"/.exec(reason)?.[1];
  if (text !== undefined && CODES.has(text)) return text;
  const [, protocol, cause] = /^\s*(Q\.850|SIP)\s*;.*?cause\s*=\s*(\d{1,4})/i.exec(reason) ?? [];
  if (protocol === undefined) return undefined;
  return protocol.toUpperCase() === "SIP" ? causeOfStatus(Number(cause)) : NAMES.get(Number(cause));
}

/** The outcome that a cause stands for, by its name. */
export function outcomeOfCause(cause: string): TransferOutcome {
  return OUTCOMES.get(cause) ?? "unreachable";
}

const OUTCOMES: ReadonlyMap<string, TransferOutcome> = new Map([
  ["USER_BUSY", "busy"],
  ["BUSY_EVERYWHERE", "busy"],
  ["NO_ANSWER", "no-answer"],
  ["NO_USER_RESPONSE", "no-answer"],
  ["ALLOTTED_TIMEOUT", "no-answer"],
  ["NO_PICKUP", "no-answer"],
  ["CALL_REJECTED", "refused"],
  ["DECLINE", "refused"],
  ["FACILITY_REJECTED", "refused"],
  ["FACILITY_NOT_SUBSCRIBED", "refused"],
  ["OUTGOING_CALL_BARRED", "refused"],
  ["INCOMING_CALL_BARRED", "refused"],
  ["BEARERCAPABILITY_NOTAUTH", "refused"],
  ["USER_CHALLENGE", "refused"],
  ["ORIGINATOR_CANCEL", "cancelled"],
]);
