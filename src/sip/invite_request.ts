/** The first INVITE of a call that we make. */

import { token } from "../clock/mod.ts";
import type { CallCore } from "./call_core.ts";
import { ACCEPT, ALLOW } from "./capabilities.ts";
import { checkInvite } from "./check_invite.ts";
import { extraFields } from "./extra_fields.ts";
import type { InviteOptions } from "./invite_options.ts";
import { transportOf } from "./locate.ts";
import type { SipRequest } from "./message.ts";
import { formatNameAddr, parseNameAddr } from "./name_addr.ts";
import type { SipRoute } from "./request_sender.ts";
import { proposeTerms } from "./session_terms.ts";
import type { SipTransport } from "./sip_endpoint.ts";
import { SipHeaders } from "./sip_headers.ts";
import { parseUri } from "./uri.ts";

/** What all tries of one call have alike. */
export interface InvitePlan {
  readonly options: InviteOptions;
  readonly callId: string;
  /** The value of From, tag included. */
  readonly from: string;
  readonly contact: string;
  readonly route: SipRoute;
  readonly proxy: string | undefined;
  readonly extra: readonly (readonly [name: string, value: string])[];
}

/** What the tries of a call differ in. */
export interface InviteTry {
  readonly cseq: number;
  /** Seconds of the session timer that is proposed. */
  readonly sessionExpires: number;
  readonly minSessionExpires: number;
}

/**
 * Settles what a call needs.
 *
 * @throws {SyntaxError} when an address cannot be read
 * @throws {TypeError} for a field that cannot be sent
 */
export function planInvite(core: CallCore, options: InviteOptions): InvitePlan {
  const { target, from, proxy, callId, transport = "udp" } = options;
  checkInvite(options);
  const nextHop = proxy ?? target;
  const chosen: SipTransport = transportOf(parseUri(nextHop)!) ?? transport;
  const contact = core.contact(chosen);
  const caller = parseNameAddr(from ?? contact)!;
  const params = new Map([["tag", token(core.random, 12)]]);
  return {
    options,
    callId: callId ?? token(core.random, 24),
    from: formatNameAddr({ ...caller, params }),
    contact,
    route: { nextHop, transport: chosen },
    proxy,
    extra: extraFields(options.headers),
  };
}

/** The INVITE of one try, without Via. */
export function inviteRequest(core: CallCore, plan: InvitePlan, attempt: InviteTry): SipRequest {
  const { options: { target, sdp }, callId, from, contact, proxy, extra } = plan;
  const headers = new SipHeaders([["Max-Forwards", "70"]]);
  if (proxy !== undefined) {
    headers.append("Route", `<${parseUri(proxy)!.params.has("lr") ? proxy : `${proxy};lr`}>`);
  }
  headers.append("From", from).append("To", `<${target}>`).append("Call-ID", callId);
  headers.append("CSeq", `${attempt.cseq} INVITE`).append("Contact", contact);
  headers.append("User-Agent", core.userAgent).append("Allow", ALLOW).append("Accept", ACCEPT);
  const { sessionExpires, minSessionExpires: minSeconds } = attempt;
  for (const [name, value] of proposeTerms(sessionExpires, { minSeconds })) {
    headers.append(name, value);
  }
  for (const [name, value] of extra) headers.append(name, value);
  if (sdp !== undefined) headers.append("Content-Type", "application/sdp");
  return { method: "INVITE", uri: target, headers, body: sdp ?? new Uint8Array(0) };
}
