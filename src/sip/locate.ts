/** From a URI to an address, RFC 3263 as far as it goes without SRV and NAPTR records. */

import { parseHostPort } from "./host_port.ts";
import { isIpAddress } from "./ip_address.ts";
import type { SipEndpoint, SipTransport } from "./sip_endpoint.ts";
import { parseUri, type SipUri } from "./uri.ts";

/** Finds the address of a host name. */
export type Lookup = (host: string) => Promise<string>;

/**
 * Where a request to `uri` is sent; a promise only when a name must be looked up.
 *
 * @param transport what is used when the URI does not say
 * @throws {SyntaxError} when it is no SIP URI, or asks for a transport there is not
 */
export function locate(
  uri: string,
  transport: SipTransport,
  lookup: Lookup,
): SipEndpoint | Promise<SipEndpoint> {
  const parsed = parseUri(uri);
  if (parsed?.scheme !== "sip") {
    throw new SyntaxError(`Cannot send as the target must be a sip: URI: current value is ${uri}`);
  }
  const endpoint = { transport: transportOf(parsed) ?? transport, port: parsed.port ?? 5060 };
  const host = hostOf(parsed);
  if (isIpAddress(host)) return { ...endpoint, address: host };
  return lookup(host).then((address) => ({ ...endpoint, address }));
}

/** The transport a URI asks for, or undefined. @throws {SyntaxError} for one there is not */
export function transportOf(uri: SipUri): SipTransport | undefined {
  const asked = uri.params.get("transport")?.toLowerCase();
  if (asked === undefined || asked === "udp" || asked === "tcp") return asked;
  throw new SyntaxError(
    `Cannot send as the transport must be udp or tcp: current value is ${asked}`,
  );
}

/** The host to send to; `maddr` may hold an IPv6 address in brackets, as a host does. */
function hostOf({ host, params }: SipUri): string {
  const maddr = params.get("maddr");
  const found = maddr === undefined ? host : parseHostPort(maddr)?.host;
  // Only an address has colons, and no name server knows one that is none.
  if (found !== undefined && (!found.includes(":") || isIpAddress(found))) return found;
  throw new SyntaxError(
    `Cannot send as the target must be a name or an address: current value is ${maddr ?? host}`,
  );
}
