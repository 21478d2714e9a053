/** Parameters behind a semicolon: `;tag=1928301774;lr`, RFC 3261 section 25.1. */

import {
  isToken,
  isTokenChar,
  isTokenOrHost,
  quote,
  quotedEnd,
  skipBlanks,
  unquote,
} from "./chars.ts";

/** Parameters in order, by lower-case name; `""` for one that has no value, such as `lr`. */
export type SipParams = ReadonlyMap<string, string>;

/** No parameters at all. */
export const NO_PARAMS: SipParams = new Map();

/**
 * Reads the parameters of a header value from `start`, where a semicolon must stand, to the end.
 *
 * Quotes are taken off. Undefined if it is malformed or a name stands twice.
 */
export function parseParams(text: string, start: number): SipParams | undefined {
  let at = skipBlanks(text, start);
  if (at >= text.length) return NO_PARAMS;
  const params = new Map<string, string>();
  while (at < text.length) {
    if (text.charCodeAt(at) !== 0x3b) return undefined;
    const nameStart = skipBlanks(text, at + 1);
    let nameEnd = nameStart;
    while (isTokenChar(text.charCodeAt(nameEnd))) nameEnd++;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    if (name === "" || params.has(name)) return undefined;
    at = skipBlanks(text, nameEnd);
    let value = "";
    if (text.charCodeAt(at) === 0x3d) {
      const valueStart = skipBlanks(text, at + 1);
      const valueEnd = endOfValue(text, valueStart);
      if (valueEnd === -1) return undefined;
      value = text.slice(valueStart, valueEnd);
      if (value.charCodeAt(0) === 0x22) value = unquote(value);
      at = skipBlanks(text, valueEnd);
    }
    params.set(name, value);
  }
  return params;
}

/** Writes parameters, each with its semicolon; values are quoted where they must be. */
export function formatParams(params: SipParams): string {
  let text = "";
  for (const [name, value] of params) {
    if (!isToken(name)) {
      throw new TypeError(
        `Cannot write a parameter as its name must be a token: current value is ${
          JSON.stringify(name)
        }`,
      );
    }
    text += value === "" ? `;${name}` : `;${name}=${isTokenOrHost(value) ? value : quote(value)}`;
  }
  return text;
}

/** Where the token, host or quoted string at `start` ends; -1 for a quote without end. */
function endOfValue(text: string, start: number): number {
  if (text.charCodeAt(start) === 0x22) return quotedEnd(text, start);
  let end = start;
  // Liberal on purpose: `/`, `@` and others are no token, yet are seen in the wild.
  while (end < text.length && !isValueStop(text.charCodeAt(end))) end++;
  return end === start ? -1 : end;
}

function isValueStop(code: number): boolean {
  return code <= 0x20 || code === 0x22 || code === 0x2c || code === 0x3b || code === 0x3c ||
    code === 0x3e;
}
