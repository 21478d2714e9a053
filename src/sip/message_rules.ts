/** What a message must have to be worth working on, RFC 3261 sections 8.1.1 and 20. */

import { parseDigits } from "./chars.ts";
import { parseCSeq } from "./cseq.ts";
import type { MessageHead, Wrong } from "./message_head.ts";
import { type NameAddr, parseNameAddr, parseNameAddrs } from "./name_addr.ts";
import type { SipFaultKind } from "./sip_fault.ts";
import type { SipHeaders } from "./sip_headers.ts";
import { parseUri } from "./uri.ts";
import { parseVias } from "./via.ts";

const MANDATORY = ["Via", "From", "To", "Call-ID", "CSeq"];
const ADDRESS_LISTS = ["Contact", "Route", "Record-Route"];

/**
 * The first thing that is wrong with a head, or undefined.
 *
 * What passes has one well-formed From, To, Call-ID and CSeq, well-formed Vias, and Contacts and
 * routes that can be parsed where there are any.
 */
export function findWrong(head: MessageHead): Wrong | undefined {
  const { headers } = head;
  for (const name of MANDATORY) {
    if (!headers.get(name)) return wrong("missing-header", `${name} is missing`);
  }
  const twice = headers.duplicate();
  if (twice !== undefined) return wrong("duplicate-header", `${twice} stands more than once`);
  return checkCSeq(head) ?? checkMaxForwards(headers) ?? checkRequestUri(head) ??
    checkVias(headers) ?? checkAddresses(headers);
}

/**
 * The value of Content-Length; undefined if there is none, or what is wrong with it.
 *
 * Saying it twice is borne with if both say the same.
 */
export function contentLength(headers: SipHeaders): number | Wrong | undefined {
  const lines = headers.getAll("Content-Length");
  if (lines.length === 0) return undefined;
  const lengths = lines.map((line) => parseDigits(line, 0x7fffffff));
  const [length] = lengths;
  if (length === undefined) return wrong("content-length", "Content-Length is no number");
  if (lengths.some((other) => other !== length)) {
    return wrong("content-length", "Content-Length says different things");
  }
  return length;
}

function checkCSeq({ method, headers }: MessageHead): Wrong | undefined {
  const cseq = parseCSeq(headers.get("CSeq")!);
  if (cseq === undefined) return wrong("cseq", "CSeq is malformed");
  if (method !== undefined && method !== cseq.method) {
    return wrong("cseq", "CSeq names another method");
  }
  return undefined;
}

/** 0-255, RFC 3261 section 20.22. RFC 2543 knew no such field, so it may be missing. */
function checkMaxForwards(headers: SipHeaders): Wrong | undefined {
  const value = headers.get("Max-Forwards");
  if (value === undefined || parseDigits(value, 255) !== undefined) return undefined;
  return wrong("max-forwards", "Max-Forwards is no number from 0 to 255");
}

/** Any scheme passes here, as 416 is the answer to an unknown one; a SIP URI must be one. */
function checkRequestUri({ method, uri }: MessageHead): Wrong | undefined {
  if (method === undefined) return undefined;
  const parsed = parseUri(uri);
  if (parsed === undefined) return wrong("request-uri", "The Request-URI is malformed");
  // RFC 3261 section 19.1.1: a Request-URI has no headers.
  if (parsed.headers !== "") return wrong("request-uri", "The Request-URI holds headers");
  return undefined;
}

function checkVias(headers: SipHeaders): Wrong | undefined {
  return parseVias(headers) === undefined ? wrong("via", "Via is malformed") : undefined;
}

function checkAddresses(headers: SipHeaders): Wrong | undefined {
  if (parseNameAddr(headers.get("From")!) === undefined) {
    return wrong("address", "From is malformed");
  }
  if (parseNameAddr(headers.get("To")!) === undefined) return wrong("address", "To is malformed");
  for (const name of ADDRESS_LISTS) {
    const lines = headers.getAll(name);
    if (lines.length === 0 || (name === "Contact" && lines.length === 1 && lines[0] === "*")) {
      continue;
    }
    if (!parseNameAddrs(lines)?.every(hasSoundUri)) return wrong("address", `${name} is malformed`);
  }
  return undefined;
}

function hasSoundUri(address: NameAddr): boolean {
  return parseUri(address.uri) !== undefined;
}

function wrong(fault: SipFaultKind, text: string): Wrong {
  return { fault, text };
}
