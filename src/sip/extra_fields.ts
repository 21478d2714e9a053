/** Fields that the application adds to messages: nothing in them can start another one. */

import { isOneLine, isToken } from "./chars.ts";
import type { ExtraHeaders } from "./sip_call.ts";

/** The fields in order. @throws {TypeError} for a name or a value that cannot be sent */
export function extraFields(headers: ExtraHeaders = {}): [name: string, value: string][] {
  const fields = Object.entries(headers);
  for (const [name, value] of fields) {
    if (!isToken(name)) throw refusal("a field's name must be a token", name);
    requireOneLine(name, value);
  }
  return fields;
}

/** Throws for a text that is no line of a message. @throws {TypeError} */
export function requireOneLine(what: string, text: string): void {
  if (!isOneLine(text)) throw refusal(`${what} must hold no line break and no NUL`, text);
}

function refusal(rule: string, value: string): TypeError {
  return new TypeError(`Cannot send as ${rule}: current value is ${JSON.stringify(value)}`);
}
