/** Addresses with a name and parameters: From, To, Contact, Route; RFC 3261 section 20.10. */

import { quote, quotedEnd, skipBlanks, trimmed, unquote } from "./chars.ts";
import { formatParams, parseParams, type SipParams } from "./params.ts";
import { splitList } from "./split_list.ts";

const MAX_ADDRESSES = 100;

/** One address of a header field. */
export interface NameAddr {
  /** The name to show, without quotes; `""` if there is none. */
  readonly displayName: string;
  /** The URI as it was written, without brackets. */
  readonly uri: string;
  /** The field's parameters, such as `tag` or `expires`. */
  readonly params: SipParams;
}

/**
 * Reads `"Bob" <sip:bob@example.com>;tag=a6c85cf` or `sip:bob@example.com;tag=a6c85cf`.
 *
 * Liberal with what is seen in the wild: a name without quotes may hold anything but a quote and
 * `<` (RFC 4475 section 3.1.2.15), and spaces around the URI are dropped (3.1.2.14). Undefined if
 * it is malformed.
 */
export function parseNameAddr(value: string): NameAddr | undefined {
  let displayName = "";
  let open = skipBlanks(value, 0);
  if (value.charCodeAt(open) === 0x22) {
    const end = quotedEnd(value, open);
    if (end === -1) return undefined;
    displayName = unquote(value.slice(open, end));
    open = skipBlanks(value, end);
    if (value.charCodeAt(open) !== 0x3c) return undefined;
  } else {
    open = value.indexOf("<", open);
    if (open === -1) return parseBareAddr(value);
    displayName = trimmed(value, 0, open);
    if (displayName.includes('"')) return undefined;
    // `sip:bob@example.com;note=<x>` is no name-addr, though it has a bracket.
    if (displayName.includes(";")) return parseBareAddr(value);
  }
  const close = value.indexOf(">", open);
  if (close === -1) return undefined;
  const uri = trimmed(value, open + 1, close);
  const params = parseParams(value, close + 1);
  return params === undefined || !isUriShaped(uri) ? undefined : { displayName, uri, params };
}

/**
 * Reads all addresses of a field, each line split at its commas; undefined if one is malformed or
 * there are more than 100.
 */
export function parseNameAddrs(lines: readonly string[]): NameAddr[] | undefined {
  const addresses: NameAddr[] = [];
  for (const line of lines) {
    for (const part of splitList(line)) {
      const address = parseNameAddr(part);
      if (address === undefined || addresses.length === MAX_ADDRESSES) return undefined;
      addresses.push(address);
    }
  }
  return addresses;
}

/** Writes `"Bob" <sip:bob@example.com>;tag=a6c85cf`; the name is always quoted. */
export function formatNameAddr({ displayName, uri, params }: NameAddr): string {
  const name = displayName === "" ? "" : `${quote(displayName)} `;
  return `${name}<${uri}>${formatParams(params)}`;
}

/** Without brackets all parameters are the field's, and the URI has no `?` and no comma. */
function parseBareAddr(value: string): NameAddr | undefined {
  const semicolon = value.indexOf(";");
  const end = semicolon === -1 ? value.length : semicolon;
  const uri = trimmed(value, 0, end);
  if (uri.includes("?") || uri.includes(",")) return undefined;
  const params = parseParams(value, end);
  return params === undefined || !isUriShaped(uri) ? undefined : { displayName: "", uri, params };
}

/** A scheme, a colon and something behind it, with no space, quote, bracket or control inside. */
function isUriShaped(uri: string): boolean {
  const colon = uri.indexOf(":");
  if (colon <= 0 || colon === uri.length - 1) return false;
  for (let i = 0; i < uri.length; i++) {
    const code = uri.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) {
      return false;
    }
  }
  return true;
}
