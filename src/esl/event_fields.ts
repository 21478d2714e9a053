/** The two ways in which FreeSWITCH writes events that we read. */

import type { EslFrame } from "./esl_frame.ts";
import { parseHeaders } from "./esl_head.ts";
import { type EslFields, plainValue } from "./esl_event.ts";
import { decodeText } from "./lenient_text.ts";

const NEWLINE = 0x0a;

/** The fields of an event frame; undefined for a frame that is none, or that cannot be read. */
export function fieldsOf({ headers, body }: EslFrame): EslFields | undefined {
  switch (headers.get("Content-Type")) {
    case "text/event-plain":
      return parsePlainEvent(body);
    case "text/event-json":
      return parseJsonEvent(body);
  }
  return undefined;
}

/** Fields of headers that are percent-encoded. Each is decoded when it is asked for. */
export function plainFields(headers: ReadonlyMap<string, string>, body = ""): EslFields {
  return {
    body,
    get: (name) => plainValue(headers.get(name)),
    names: () => headers.keys(),
  };
}

/** `event plain`: lines with percent-encoded values and, after an empty line, perhaps a body. */
export function parsePlainEvent(bytes: Uint8Array): EslFields {
  const end = endOfHead(bytes);
  const headers = parseHeaders(decodeText(bytes.subarray(0, end)));
  const said = headers.get("Content-Length") ?? "";
  // The length counts bytes, and may be wrong where a module has set it.
  const length = /^\d{1,15}$/.test(said) ? Number(said) : 0;
  const body = length === 0 ? "" : decodeText(bytes.subarray(end + 2, end + 2 + length));
  return plainFields(headers, body);
}

/** `event json`: one object whose values are strings, or lists of them. */
export function parseJsonEvent(bytes: Uint8Array): EslFields | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeText(bytes));
  } catch {
    return undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const record = parsed as Readonly<Record<string, unknown>>;
  const get = (name: string): string | readonly string[] | undefined => {
    // `__proto__` and its like are names as any other, and stand for nothing here.
    if (!Object.hasOwn(record, name)) return undefined;
    const value = record[name];
    if (Array.isArray(value)) return value.map(textOf);
    return value === null || typeof value === "object" ? undefined : textOf(value);
  };
  const body = get("_body");
  return {
    body: typeof body === "string" ? body : "",
    get,
    names: () => Object.keys(record).filter((name) => name !== "_body"),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (bytes[at + 1] === NEWLINE) return at;
  }
  return bytes.length;
}
