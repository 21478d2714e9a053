/** Via, RFC 3261 section 20.42: where a request has passed and where its answer goes. */

import { isBlank, isToken, skipBlanks, trimmed } from "./chars.ts";
import { formatHostPort, parseHostPort } from "./host_port.ts";
import { formatParams, parseParams, type SipParams } from "./params.ts";
import type { SipHeaders } from "./sip_headers.ts";
import { splitList } from "./split_list.ts";

// Max-Forwards starts at 70 (RFC 3261 section 8.1.1.6).
const MAX_HOPS = 100;

/** One hop. */
export interface Via {
  /** In capitals: `UDP`, `TCP`, `TLS`, or another token. */
  readonly transport: string;
  /** The sent-by host: a name or an address, an IPv6 one without brackets. */
  readonly host: string;
  /** The sent-by port; undefined means the transport's own, see {@link defaultPort}. */
  readonly port?: number;
  /** `branch`, `received`, `rport` (`""` when asked for but not filled in), `maddr`, `ttl`. */
  readonly params: SipParams;
}

/** Reads one value, such as `SIP/2.0/UDP host:5060;branch=z9hG4bK74bf9`; undefined if malformed. */
export function parseVia(value: string): Via | undefined {
  const first = value.indexOf("/");
  const second = value.indexOf("/", first + 1);
  if (first === -1 || second === -1) return undefined;
  const isSip = trimmed(value, 0, first).toUpperCase() === "SIP" &&
    trimmed(value, first + 1, second) === "2.0";
  const transportStart = skipBlanks(value, second + 1);
  let transportEnd = transportStart;
  while (transportEnd < value.length && !isBlank(value.charCodeAt(transportEnd))) transportEnd++;
  const transport = value.slice(transportStart, transportEnd).toUpperCase();
  if (!isSip || !isToken(transport)) return undefined;
  const semicolon = value.indexOf(";", transportEnd);
  const sentByEnd = semicolon === -1 ? value.length : semicolon;
  const sentBy = parseHostPort(trimmed(value, transportEnd, sentByEnd));
  const params = parseParams(value, sentByEnd);
  return sentBy === undefined || params === undefined
    ? undefined
    : { transport, ...sentBy, params };
}

/** All hops of a message, the last one first; undefined if one is malformed or they exceed 100. */
export function parseVias(headers: SipHeaders): Via[] | undefined {
  const vias: Via[] = [];
  for (const line of headers.getAll("Via")) {
    for (const part of splitList(line)) {
      const via = parseVia(part);
      if (via === undefined || vias.length === MAX_HOPS) return undefined;
      vias.push(via);
    }
  }
  return vias;
}

/** Writes `SIP/2.0/UDP host:5060;branch=z9hG4bK74bf9`. */
export function formatVia({ transport, host, port, params }: Via): string {
  return `SIP/2.0/${transport} ${formatHostPort(host, port)}${formatParams(params)}`;
}

/** The port that is meant where none is written: 5061 over TLS, else 5060. */
export function defaultPort(transport: string): number {
  return transport === "TLS" || transport === "WSS" ? 5061 : 5060;
}
