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
