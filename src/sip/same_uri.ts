/** When two URIs are one, RFC 3261 section 19.1.4. */

import type { SipUri } from "./uri.ts";

// A parameter that only one of two URIs has is ignored, but for these.
const WEIGHTY = ["user", "ttl", "method", "maddr", "transport"];

/** True when both URIs mean the same; a port that is left out differs from its default. */
export function sameUri(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme || a.user !== b.user || a.password !== b.password) return false;
  if (a.host !== b.host || a.port !== b.port || a.headers !== b.headers) return false;
  const names = new Set([...a.params.keys(), ...b.params.keys()]);
  for (const name of names) {
    const [ours, theirs] = [a.params.get(name), b.params.get(name)];
    const isOnce = ours === undefined || theirs === undefined;
    if (isOnce ? WEIGHTY.includes(name) : ours.toLowerCase() !== theirs.toLowerCase()) return false;
  }
  return true;
}
