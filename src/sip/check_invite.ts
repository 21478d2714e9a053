/** What an invitation may be made of. */

import { extraFields, requireOneLine } from "./extra_fields.ts";
import { headerName } from "./header_names.ts";
import type { InviteOptions } from "./invite_options.ts";
import { parseNameAddr } from "./name_addr.ts";
import { parseUri } from "./uri.ts";

/**
 * Fields that say where a request goes, which one it is, and what it holds: with a second one of them the
 * next server may take it for another request, or the answer goes elsewhere (RFC 3261 section 7.3.1).
 */
const OWN: ReadonlySet<string> = new Set(
  [
    ...["Via", "Route", "Record-Route", "Max-Forwards", "From", "To", "Contact", "Call-ID", "CSeq"],
    ...["Content-Length", "Content-Type", "Content-Encoding", "Session-Expires", "Min-SE"],
  ].map((name) => headerName(name).key),
);

/**
 * Throws for what no invitation can be made of, before anything is begun for it.
 *
 * @throws {SyntaxError} when an address cannot be read
 * @throws {TypeError} for a field that cannot be sent, or that the invitation itself has
 */
export function checkInvite(
  { target, from, proxy, callId, headers }: Pick<
    InviteOptions,
    "target" | "from" | "proxy" | "callId" | "headers"
  >,
): void {
  requireSipUri("the target", target);
  if (proxy !== undefined) requireSipUri("the proxy", proxy);
  if (from !== undefined) requireAddress(from);
  if (callId !== undefined) requireOneLine("the Call-ID", callId);
  for (const [name] of extraFields(headers)) {
    if (!OWN.has(headerName(name).key)) continue;
    throw new TypeError(
      `Cannot call as a field of headers is none that the invitation has itself: current value is ${name}`,
    );
  }
}

function requireAddress(from: string): void {
  requireOneLine("from", from);
  const uri = parseNameAddr(from)?.uri;
  if (uri !== undefined && parseUri(uri) !== undefined) return;
  throw new SyntaxError(`Cannot call as from must be an address: current value is ${from}`);
}

function requireSipUri(what: string, uri: string): void {
  const parsed = parseUri(uri);
  if (parsed?.scheme === "sip" && parsed.headers === "") return;
  throw new SyntaxError(
    `Cannot call as ${what} must be a sip: URI without headers: current value is ${uri}`,
  );
}
