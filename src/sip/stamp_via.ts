/** Where the answers to a request go, RFC 3261 section 18.2 and RFC 3581. */

import type { Endpoint } from "../udp/mod.ts";
import { defaultPort, formatVia, type Via } from "./via.ts";

/** The top Via with `received` and `rport` as the transport has seen them. */
export function stampVia(via: Via, written: string, source: Endpoint): string {
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
