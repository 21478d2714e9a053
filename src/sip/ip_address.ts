/** Addresses of the internet protocol as text. */

import { isIP } from "node:net";

/** Which addresses a name may stand for: those of IPv4, those of IPv6, or with 0 both. */
export type IpFamily = 0 | 4 | 6;

/** True for an IPv4 address, or an IPv6 one without brackets. */
export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/** True for an address that can stand for one host; a name or a multicast group is none. */
export function isHostAddress(text: string): boolean {
  const version = isIP(text);
  if (version === 4) return Number(text.slice(0, text.indexOf("."))) < 224;
  return version === 6 && !text.toLowerCase().startsWith("ff");
}

/**
 * True for a host that only its own machine reaches: 127.0.0.0/8 of IPv4, also written as IPv6, `::1`
 * without brackets, and `localhost`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isLoopback } from "@sofia/phone/sip";
 *
 * assert(isLoopback("127.0.0.1") && isLoopback("::1") && isLoopback("localhost"));
 * assert(!isLoopback("0.0.0.0") && !isLoopback("127.example.org"));
 * ```
 */
export function isLoopback(host: string): boolean {
  const plain = host.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, "");
  return plain === "localhost" || plain === "::1" ||
    (isIP(plain) === 4 && plain.startsWith("127."));
}

/** What a UDP socket can send to that is bound to `address`: one bound to `::` speaks both. */
export function familyFrom(address: string): IpFamily {
  if (address === "::") return 0;
  return address.includes(":") ? 6 : 4;
}

/** True when a UDP socket that is bound to `local` can send to the address `remote`. */
export function canReach(local: string, remote: string): boolean {
  const family = familyFrom(local);
  return family === 0 || remote.includes(":") === (family === 6);
}
