/** Hosts with a port: `example.com:5060`, `192.0.2.1`, `[2001:db8::1]:5060`. */

import { parseDigits, trimmed } from "./chars.ts";

/** A host and perhaps a port. */
export interface HostPort {
  /** In lower case; an IPv6 address without its brackets. */
  readonly host: string;
  /** 1-65,535. */
  readonly port?: number;
}

/** Reads a host and an optional port, RFC 3261 section 25.1 `hostport`; undefined if malformed. */
export function parseHostPort(text: string): HostPort | undefined {
  const close = text.charCodeAt(0) === 0x5b ? text.indexOf("]") : 0;
  if (close === -1) return undefined;
  const colon = text.indexOf(":", close);
  const hostEnd = colon === -1 ? text.length : colon;
  const written = trimmed(text, 0, hostEnd);
  const host = (close === 0 ? written : written.slice(1, -1)).toLowerCase();
  if (close === 0 ? !isName(host) : written.at(-1) !== "]" || !isIpv6(host)) return undefined;
  if (colon === -1) return { host };
  const port = parseDigits(trimmed(text, colon + 1), 65_535);
  return port === undefined || port === 0 ? undefined : { host, port };
}

/** Writes a host and its port; an IPv6 address gets its brackets. */
export function formatHostPort(host: string, port?: number): string {
  const written = host.includes(":") ? `[${host}]` : host;
  return port === undefined ? written : `${written}:${port}`;
}

/** Letters, digits, dots, hyphens, and underscores, which are no host name yet are used as one. */
function isName(host: string): boolean {
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    const fits = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) ||
      code === 0x2d || code === 0x2e || code === 0x5f;
    if (!fits) return false;
  }
  return host.length > 0 && host.length <= 255;
}

/** Hexadecimal digits, colons and dots, at least two colons, at most 45 characters. */
function isIpv6(host: string): boolean {
  let colons = 0;
  for (let i = 0; i < host.length; i++) {
    const code = host.charCodeAt(i);
    const isHex = (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
    if (code === 0x3a) colons++;
    else if (!isHex && code !== 0x2e) return false;
  }
  return colons >= 2 && host.length <= 45;
}
