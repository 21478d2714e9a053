/** Header values that are lists, RFC 3261 section 7.3.1. */

import { quotedEnd, trimmed } from "./chars.ts";

/**
 * The values of one header line, parted at the commas outside of quotes and angle brackets.
 *
 * Empty values are kept, so that whoever parses them can object. A quote or bracket that does not
 * end holds all the rest.
 */
export function splitList(value: string): string[] {
  if (!value.includes(",")) return [trimmed(value)];
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < value.length; i++) {
    const char = value[i];
    if (char === ",") {
      parts.push(trimmed(value, start, i));
      start = i + 1;
    } else if (char === '"' || char === "<") {
      const end = char === '"' ? quotedEnd(value, i) : value.indexOf(">", i) + 1;
      if (end <= 0) break;
      i = end - 1;
    }
  }
  parts.push(trimmed(value, start));
  return parts;
}

/** The tokens of all lines of a field such as Allow, Require or Supported; empty ones are left out. */
export function listTokens(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(",")).map((part) => trimmed(part)).filter(Boolean);
}

/** True when a field such as Supported lists `token`, in any case. */
export function hasToken(lines: readonly string[], token: string): boolean {
  const wanted = token.toLowerCase();
  return listTokens(lines).some((listed) => listed.toLowerCase() === wanted);
}
