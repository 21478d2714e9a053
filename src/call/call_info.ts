/** From an INVITE to what a backend is told of its caller. */

import type { CallInfo } from "../backend/mod.ts";
import type { SipCall } from "../sip/mod.ts";
import { claimedChannel } from "./claimed_channel.ts";
import { fieldsOf } from "./fields_of.ts";

/** Who calls. The session is named by FreeSWITCH's channel, or by the Call-ID where there is none. */
export function callInfo(sip: SipCall): CallInfo {
  const headers = fieldsOf(sip.request.headers);
  const { user, name } = sip.from;
  return {
    sessionId: claimedChannel({ headers }) ?? sip.id,
    from: name === "" ? { user } : { user, name },
    to: { user: sip.requestUser },
    headers,
  };
}
