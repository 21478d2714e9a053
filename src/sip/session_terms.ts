/** How two ends agree on a session timer, RFC 4028. */

import type { SipHeaders } from "./sip_headers.ts";
import { hasToken } from "./split_list.ts";
import { formatSessionExpires, parseMinSe, parseSessionExpires } from "./session_expires.ts";

/** What was agreed. */
export interface SessionTerms {
  /** Seconds after which a session that was not refreshed is over. */
  readonly seconds: number;
  /** True when the refreshes are ours to send. */
  readonly weRefresh: boolean;
}

/** What an answer to a session timer says. */
export interface TermsAnswer {
  /** Undefined when there is no session timer. */
  readonly terms: SessionTerms | undefined;
  /** The fields of the 2xx. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** What we want. */
export interface TermsWish {
  /** Seconds of the timer we propose; 0 for none. */
  readonly sessionExpires: number;
  /** The shortest timer we take, in seconds. */
  readonly minSessionExpires: number;
}

/**
 * Answers an INVITE or UPDATE as its server, RFC 4028 section 9.
 *
 * @returns `"too-small"` for what is refused with 422
 */
export function answerTerms(headers: SipHeaders, wish: TermsWish): TermsAnswer | "too-small" {
  const isKnown = hasToken(headers.getAll("Supported"), "timer") ||
    hasToken(headers.getAll("Require"), "timer");
  const asked = parseSessionExpires(headers.get("Session-Expires") ?? "");
  if (asked === undefined) {
    if (!isKnown || wish.sessionExpires === 0) return { terms: undefined, headers: [] };
    const seconds = Math.max(wish.sessionExpires, parseMinSe(headers.get("Min-SE") ?? "") ?? 0);
    return agree(seconds, "uas");
  }
  if (!isKnown) {
    // A proxy has asked. Its caller would not understand a 422, nor refresh.
    return agree(Math.max(asked.seconds, wish.minSessionExpires), "uas");
  }
  if (asked.seconds < wish.minSessionExpires) return "too-small";
  return agree(asked.seconds, asked.refresher ?? "uac");
}

/** What the 2xx to an INVITE or UPDATE of ours has agreed on, RFC 4028 section 7.2. */
export function agreedTerms(headers: SipHeaders, wish: TermsWish): SessionTerms | undefined {
  const agreed = parseSessionExpires(headers.get("Session-Expires") ?? "");
  if (agreed === undefined) return undefined;
  // No server may go below what we said, and refreshing each second would help nobody.
  const seconds = Math.max(agreed.seconds, wish.minSessionExpires);
  return { seconds, weRefresh: agreed.refresher !== "uas" };
}

/** The fields of an INVITE or UPDATE of ours. */
export function proposeTerms(
  seconds: number,
  options: { readonly minSeconds: number; readonly refresher?: "uac" | "uas" },
): [name: string, value: string][] {
  const fields: [name: string, value: string][] = [["Supported", "timer"]];
  if (seconds === 0) return fields;
  const { minSeconds, refresher } = options;
  fields.push(["Session-Expires", formatSessionExpires({ seconds, refresher })]);
  // RFC 4028 section 5: 90 is what everybody takes for granted.
  if (minSeconds > 90) fields.push(["Min-SE", String(minSeconds)]);
  return fields;
}

function agree(seconds: number, refresher: "uac" | "uas"): TermsAnswer {
  const headers: [string, string][] = [
    ["Session-Expires", formatSessionExpires({ seconds, refresher })],
  ];
  if (refresher === "uac") headers.push(["Require", "timer"]);
  return { terms: { seconds, weRefresh: refresher === "uas" }, headers };
}
