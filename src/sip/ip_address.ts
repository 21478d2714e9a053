/** Addresses of the internet protocol as text. */

import { isIP } from "node:net";

/** True for an IPv4 or IPv6 address that can stand for one host; a name or a multicast group is none. */
export function isIpAddress(text: string): boolean {
  const version = isIP(text);
  if (version === 4) return Number(text.slice(0, text.indexOf("."))) < 224;
  return version === 6 && !text.toLowerCase().startsWith("ff");
}
