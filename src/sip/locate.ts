/** From a URI to an address, RFC 3263 as far as it goes without SRV and NAPTR records. */

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
  const host = parsed.params.get("maddr") ?? parsed.host;
  if (isAddress(host)) return { ...endpoint, address: host };
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

/** True for an IPv4 address, or an IPv6 one without brackets. */
export function isAddress(host: string): boolean {
  return host.includes(":") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}
