/** The start line and the header fields of a message, RFC 3261 sections 7.1-7.3. */

import {
  isBlank,
  isOneLine,
  isToken,
  isTokenChar,
  parseDigits,
  skipBlanks,
  trimmed,
} from "./chars.ts";
import type { SipFaultKind } from "./sip_fault.ts";
import { SipHeaders } from "./sip_headers.ts";

/** A message without its body, with the first thing that is wrong with it. */
export interface MessageHead {
  /** Of a request, and as far as it could be read. */
  readonly method?: string;
  /** Of a request, and as far as it could be read. */
  readonly uri: string;
  /** Of a response, and as far as it could be read. */
  readonly status?: number;
  readonly reason: string;
  readonly headers: SipHeaders;
  readonly wrong?: Wrong;
}

/** One thing that is wrong. */
export interface Wrong {
  readonly fault: SipFaultKind;
  readonly text: string;
}

type StartLine = Omit<MessageHead, "headers">;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin1 = new TextDecoder("latin1");

/**
 * Reads the head of a message in one pass.
 *
 * @param bytes from the start line to the end of the last header field, without the empty line
 * @param maxHeaders how many header fields are read
 */
export function parseHead(bytes: Uint8Array, maxHeaders: number): MessageHead {
  const text = decode(bytes);
  const end = lineEnd(text, 0);
  const start = parseStartLine(text.slice(0, contentEnd(text, 0, end)));
  const headers = new SipHeaders();
  // Looking into a value makes an engine copy it, and most are never read: a look at all of the text
  // tells whether there is anything to find.
  const isOdd = text.includes("\0") || hasLoneCr(text);
  let wrong = start.wrong;
  for (let at = end + 1; at < text.length;) {
    let stop = lineEnd(text, at);
    let isFolded = false;
    while (stop + 1 < text.length && isBlank(text.charCodeAt(stop + 1))) {
      stop = lineEnd(text, stop + 1);
      isFolded = true;
    }
    if (headers.size === maxHeaders) {
      wrong ??= { fault: "too-many-headers", text: `More than ${maxHeaders} header fields` };
      break;
    }
    if (!readField(text, at, contentEnd(text, at, stop), { isFolded, isOdd }, headers)) {
      wrong ??= { fault: "header-syntax", text: "A header field is malformed" };
    }
    at = stop + 1;
  }
  const { method, uri, status, reason } = start;
  return { method, uri, status, reason, headers, wrong };
}

/** Adds the field that stands from `start` to `stop`; false if it is none. */
function readField(
  text: string,
  start: number,
  stop: number,
  { isFolded, isOdd }: { readonly isFolded: boolean; readonly isOdd: boolean },
  headers: SipHeaders,
): boolean {
  let nameEnd = start;
  while (isTokenChar(text.charCodeAt(nameEnd))) nameEnd++;
  const colon = skipBlanks(text, nameEnd);
  if (nameEnd === start || text.charCodeAt(colon) !== 0x3a) return false;
  const value = isFolded ? unfold(text.slice(colon + 1, stop)) : trimmed(text, colon + 1, stop);
  // What is read can be sent on: a CR of its own would start another line there.
  if (isOdd && !isOneLine(value)) return false;
  headers.append(text.slice(start, nameEnd), value);
  return true;
}

/** True when a CR stands anywhere but before a LF. */
function hasLoneCr(text: string): boolean {
  for (let at = text.indexOf("\r"); at !== -1; at = text.indexOf("\r", at + 1)) {
    if (text.charCodeAt(at + 1) !== 0x0a) return true;
  }
  return false;
}

/** Several lines as one, RFC 3261 section 7.3.1: a fold counts as one space. */
function unfold(raw: string): string {
  const lines = raw.split("\n").map((line) =>
    trimmed(line.endsWith("\r") ? line.slice(0, -1) : line)
  );
  return lines.filter((line) => line !== "").join(" ");
}

function parseStartLine(line: string): StartLine {
  if (!isOneLine(line)) {
    return { uri: "", reason: "", wrong: { fault: "start-line", text: "No start line of SIP" } };
  }
  return isStatusLine(line) ? parseStatusLine(line) : parseRequestLine(line);
}

function isStatusLine(line: string): boolean {
  return line.length > 4 && line.slice(0, 4).toUpperCase() === "SIP/";
}

/** `SIP/2.0 200 OK`, RFC 3261 section 7.2; the reason may be empty, even its space may be missing. */
function parseStatusLine(line: string): StartLine {
  const space = line.indexOf(" ");
  const version = line.slice(0, space === -1 ? line.length : space).toUpperCase();
  if (version !== "SIP/2.0") return { uri: "", reason: "", wrong: badVersion(version) };
  const status = parseDigits(line.slice(8, 11), 699);
  if (status === undefined || status < 100 || (line.length > 11 && line[11] !== " ")) {
    return {
      uri: "",
      reason: "",
      wrong: { fault: "start-line", text: "The status line is malformed" },
    };
  }
  return { uri: "", status, reason: line.slice(12) };
}

/** `INVITE sip:bob@example.com SIP/2.0`, RFC 3261 section 7.1: single spaces, and none inside. */
function parseRequestLine(line: string): StartLine {
  const first = line.indexOf(" ");
  const last = line.lastIndexOf(" ");
  const method = line.slice(0, Math.max(first, 0));
  if (!isToken(method)) {
    return { uri: "", reason: "", wrong: { fault: "start-line", text: "No start line of SIP" } };
  }
  const uri = line.slice(first + 1, last);
  const version = line.slice(last + 1).toUpperCase();
  const start = { method, uri, reason: "" };
  if (!version.startsWith("SIP/") || uri === "") {
    return { ...start, wrong: { fault: "start-line", text: "The request line is malformed" } };
  }
  if (version !== "SIP/2.0") return { ...start, wrong: badVersion(version) };
  return start;
}

function badVersion(version: string): Wrong {
  return { fault: "version", text: `Version ${version.slice(0, 16)} is not SIP/2.0` };
}

/** Where the line that holds `at` ends: at its LF, or at the end of the text. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** Where the content of a line ends: before a CR that belongs to the line's end. */
function contentEnd(text: string, start: number, end: number): number {
  return end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
}

/** SIP is UTF-8; what is none comes from old equipment, and reads well as Latin-1. */
function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}
