/** From bytes to a SIP message, RFC 3261 sections 7 and 18.3. */

import type { SipMessage, SipRequest } from "./message.ts";
import { type MessageHead, parseHead, type Wrong } from "./message_head.ts";
import { contentLength, findWrong } from "./message_rules.ts";
import type { SipFault } from "./sip_fault.ts";

/** What a message may measure. */
export interface ParseLimits {
  /** Header fields in one message. @default 200 */
  readonly maxHeaders?: number;
  /** Bytes of the start line and the header fields together. @default 32768 */
  readonly maxHeadBytes?: number;
  /** Bytes of the body. @default 65536 */
  readonly maxBodyBytes?: number;
}

const NO_BODY = new Uint8Array(0);
const CR = 0x0d;
const LF = 0x0a;

/**
 * Reads one datagram: a message, or what is wrong with it.
 *
 * Takes linear time on any input and never throws. Bytes after the body are dropped, as RFC 3261
 * section 18.3 wants. The body is a view of `bytes`.
 *
 * ```ts
 * import { parseMessage } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const lines = [
 *   "OPTIONS sip:bob@192.0.2.2 SIP/2.0",
 *   "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK776asdhds",
 *   "From: <sip:alice@192.0.2.1>;tag=1928301774",
 *   "To: <sip:bob@192.0.2.2>",
 *   "Call-ID: a84b4c76e66710",
 *   "CSeq: 63104 OPTIONS",
 * ];
 * const message = parseMessage(new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"));
 * assert("method" in message);
 * assert.equal(message.headers.get("i"), "a84b4c76e66710");
 * ```
 */
export function parseMessage(bytes: Uint8Array, limits: ParseLimits = {}): SipMessage | SipFault {
  const { maxHeadBytes = 32_768, maxHeaders = 200, maxBodyBytes = 65_536 } = limits;
  const start = startOfMessage(bytes, 0);
  const end = endOfHead(bytes, start);
  if ((end === -1 ? bytes.length : end) - start > maxHeadBytes) return headTooLarge(maxHeadBytes);
  const head = parseHead(bytes.subarray(start, end === -1 ? bytes.length : end), maxHeaders);
  if (end === -1) {
    return faultOf(
      head,
      head.wrong ?? { fault: "no-end-of-headers", text: "The headers do not end" },
    );
  }
  const bodyStart = afterEmptyLine(bytes, end);
  const there = bytes.length - bodyStart;
  const length = contentLength(head.headers) ?? there;
  if (typeof length !== "number") return faultOf(head, length);
  if (length > there) {
    const text = `Content-Length is ${length} but ${there} bytes are there`;
    return faultOf(head, head.wrong ?? { fault: "content-length", text });
  }
  if (length > maxBodyBytes) return faultOf(head, bodyTooLarge(maxBodyBytes));
  return finishMessage(head, bytes.subarray(bodyStart, bodyStart + length));
}

/** A head and its body as a message, if the head follows the rules. */
export function finishMessage(head: MessageHead, body: Uint8Array): SipMessage | SipFault {
  const wrong = head.wrong ?? findWrong(head);
  if (wrong !== undefined) return faultOf(head, wrong);
  const { method, uri, status, reason, headers } = head;
  return method === undefined
    ? { status: status!, reason, headers, body }
    : { method, uri, headers, body };
}

/** The fault of a message whose head was read. */
export function faultOf(head: MessageHead, { fault, text }: Wrong, fatal = false): SipFault {
  const answerStatus = fault === "version" ? 505 : fault === "too-large" ? 513 : 400;
  return { fault, text, answerStatus, request: answerable(head), fatal };
}

/** The fault of a message whose head is longer than `maxHeadBytes`. */
export function headTooLarge(maxHeadBytes: number): SipFault {
  const text = `The headers exceed ${maxHeadBytes} bytes`;
  return { fault: "too-large", text, answerStatus: 513, fatal: true };
}

/** What is wrong with a message whose body is longer than `maxBodyBytes`. */
export function bodyTooLarge(maxBodyBytes: number): Wrong {
  return { fault: "too-large", text: `The body exceeds ${maxBodyBytes} bytes` };
}

/** The first byte at or after `at` that is no CR or LF: empty lines may come before a message. */
export function startOfMessage(bytes: Uint8Array, at: number): number {
  while (bytes[at] === CR || bytes[at] === LF) at++;
  return at;
}

/** Where the empty line after the headers starts, looking from `from` on; -1 if there is none. */
export function endOfHead(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(LF, from); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    const next = bytes[at + 1];
    if (next === LF || (next === CR && bytes[at + 2] === LF)) return at + 1;
  }
  return -1;
}

/** The first byte after the empty line at `end`. */
export function afterEmptyLine(bytes: Uint8Array, end: number): number {
  return bytes[end] === CR ? end + 2 : end + 1;
}

/** An ACK is never answered (RFC 3261 section 17), and without a Via nobody knows whom to answer. */
function answerable({ method, uri, headers }: MessageHead): SipRequest | undefined {
  if (method === undefined || method === "ACK" || !headers.has("Via")) return undefined;
  return { method, uri, headers, body: NO_BODY };
}
