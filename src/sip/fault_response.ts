/** The answer to what cannot be read, as far as it can be answered. */

import { type Random, token } from "../clock/mod.ts";
import type { Endpoint } from "../udp/mod.ts";
import { parseNameAddr } from "./name_addr.ts";
import { reasonPhrase } from "./reason_phrase.ts";
import { serializeMessage } from "./serialize_message.ts";
import type { SipFault } from "./sip_fault.ts";
import { SipHeaders } from "./sip_headers.ts";
import { splitList } from "./split_list.ts";
import { replyTarget, viasToEcho } from "./stamp_via.ts";
import { parseVia } from "./via.ts";

/** An answer and the address it goes to. */
export interface FaultResponse {
  readonly data: Uint8Array;
  readonly target: Endpoint;
}

/**
 * The 400, 505 or 513 to a request that was not understood; undefined when there is none.
 *
 * It is sent once and forgotten: if it is lost the request comes again.
 */
export function faultResponse(
  { request, text, answerStatus }: SipFault,
  source: Endpoint,
  random: Random,
): FaultResponse | undefined {
  if (request === undefined) return undefined;
  const vias = request.headers.getAll("Via");
  const via = parseVia(splitList(vias[0] ?? "")[0]);
  const headers = new SipHeaders();
  for (const value of viasToEcho(vias, via, source)) headers.append("Via", value);
  for (const name of ["From", "To", "Call-ID", "CSeq"]) {
    const value = request.headers.get(name);
    if (value !== undefined) headers.append(name, name === "To" ? tagged(value, random) : value);
  }
  const reason = answerStatus === 400 ? text : reasonPhrase(answerStatus);
  const response = { status: answerStatus, reason, headers, body: new Uint8Array(0) };
  try {
    const target = via === undefined ? source : replyTarget(via, source);
    return { data: serializeMessage(response), target };
  } catch {
    // What cannot be repeated in an answer, such as a NUL, is not answered.
    return undefined;
  }
}

function tagged(to: string, random: Random): string {
  const address = parseNameAddr(to);
  return address === undefined || address.params.has("tag") ? to : `${to};tag=${token(random, 12)}`;
}
