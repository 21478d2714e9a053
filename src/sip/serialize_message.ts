/** From a SIP message to bytes, RFC 3261 section 7. */

import { isOneLine, isToken } from "./chars.ts";
import type { SipMessage } from "./message.ts";

const encoder = new TextEncoder();

/**
 * Writes a message, with exactly one Content-Length: that of its body.
 *
 * Nothing that was put into a header can start another one: a value that holds a CR, LF or NUL is
 * refused. (An escaped NUL in a quoted string is legal, RFC 4475 section 3.1.1.2, and passes.)
 *
 * ```ts
 * import { serializeMessage, SipHeaders } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const headers = new SipHeaders([["Call-ID", "a84b4c76e66710"]]);
 * const bytes = serializeMessage({ status: 200, reason: "OK", headers, body: new Uint8Array(0) });
 * const text = new TextDecoder().decode(bytes);
 * assert.equal(text, "SIP/2.0 200 OK\r\nCall-ID: a84b4c76e66710\r\nContent-Length: 0\r\n\r\n");
 * ```
 *
 * @throws {TypeError} if a part of the message cannot be written
 */
export function serializeMessage(message: SipMessage): Uint8Array {
  const { body } = message;
  let head = startLine(message);
  for (const [name, value] of message.headers) {
    if (name === "Content-Length") continue;
    if (!isToken(name)) throw refusal("its name must be a token", name);
    if (!isOneLine(value)) throw refusal(`${name} must hold no line break and no NUL`, value);
    head += `${name}: ${value}\r\n`;
  }
  const start = encoder.encode(`${head}Content-Length: ${body.length}\r\n\r\n`);
  if (body.length === 0) return start;
  const bytes = new Uint8Array(start.length + body.length);
  bytes.set(start);
  bytes.set(body, start.length);
  return bytes;
}

function startLine(message: SipMessage): string {
  if ("method" in message) {
    const { method, uri } = message;
    if (!isToken(method)) throw refusal("the method must be a token", method);
    if (uri === "" || !isOneLine(uri) || uri.includes(" ") || uri.includes("\t")) {
      throw refusal("the request URI must be one word", uri);
    }
    return `${method} ${uri} SIP/2.0\r\n`;
  }
  const { status, reason } = message;
  if (!Number.isInteger(status) || status < 100 || status > 699) {
    throw refusal("the status must be 100-699", status);
  }
  if (!isOneLine(reason)) throw refusal("the reason must hold no line break and no NUL", reason);
  return `SIP/2.0 ${status} ${reason}\r\n`;
}

function refusal(rule: string, value: string | number): TypeError {
  return new TypeError(
    `Cannot write a SIP message as ${rule}: current value is ${JSON.stringify(value)}`,
  );
}
