/** Addresses from which many calls of many callers come. */

import { parseUri } from "../../sip/mod.ts";
import type { PhoneHandlerOptions } from "../phone_options.ts";

/**
 * Those that the options name. A host that is a name among them is no source's address, and so does
 * nothing.
 */
export function knownSources(
  { freeswitch, trunks = [], limits = {} }: PhoneHandlerOptions,
): readonly string[] {
  if (limits.sourcesWithoutLimit !== undefined) return limits.sourcesWithoutLimit;
  const servers = trunks.map(({ server }) => /^sip:/i.test(server) ? server : `sip:${server}`);
  return [
    ...freeswitch === undefined ? [] : [freeswitch.host ?? "127.0.0.1"],
    ...servers.flatMap((server) => parseUri(server)?.host ?? []),
  ];
}
