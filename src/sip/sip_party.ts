/** Who calls whom, from the header fields that say so. */

import { parseNameAddr } from "./name_addr.ts";
import type { SipParty } from "./sip_call.ts";
import { parseUri } from "./uri.ts";

/** The party that a From or To field names. */
export function partyOf(field: string): SipParty {
  const address = parseNameAddr(field);
  const uri = address?.uri ?? "";
  return { name: address?.displayName ?? "", uri, user: userOf(uri) };
}

/** The user of a URI, decoded, or empty. */
export function userOf(uri: string): string {
  return parseUri(uri)?.user ?? "";
}
