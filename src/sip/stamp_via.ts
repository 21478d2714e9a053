/** Where the answers to a request go, RFC 3261 section 18.2 and RFC 3581. */

import type { Endpoint } from "../udp/mod.ts";
import { splitList } from "./split_list.ts";
import { defaultPort, formatVia, type Via } from "./via.ts";

/**
 * The Vias of a response, which are those of the request, the top one with what the transport saw.
 *
 * @param top the first of them, read; undefined when that cannot be done
 */
export function viasToEcho(
  vias: readonly string[],
  top: Via | undefined,
  source: Endpoint,
): string[] {
  const [first = "", ...others] = vias;
  if (top === undefined) return [first, ...others];
  const written = splitList(first)[0];
  // The line's other values follow the first as they were written.
  const rest = first.trimStart().slice(written.length);
  return [stampVia(top, written, source) + rest, ...others];
}

/** The top Via with `received` and `rport` as the transport has seen them. */
function stampVia(via: Via, written: string, source: Endpoint): string {
  const wantsPort = via.params.has("rport");
  const isElsewhere = via.host !== source.address;
  if (!wantsPort && !isElsewhere && !via.params.has("received")) return written;
  const params = new Map(via.params);
  if (wantsPort) params.set("rport", String(source.port));
  if (wantsPort || isElsewhere) params.set("received", source.address);
  else params.delete("received");
  return formatVia({ ...via, params });
}

/** Where an answer goes over UDP: to the source address, and to its port only if rport asks for it. */
export function replyTarget(via: Via, source: Endpoint): Endpoint {
  if (via.params.has("rport")) return source;
  return { address: source.address, port: via.port ?? defaultPort(via.transport) };
}
