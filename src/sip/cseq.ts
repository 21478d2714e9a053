/** CSeq, RFC 3261 section 20.16. */

import { isBlank, isToken, parseDigits, skipBlanks } from "./chars.ts";

/** The number of a request within its dialog. */
export interface CSeq {
  /** 0 to 2,147,483,647. */
  readonly number: number;
  /** The request's method. */
  readonly method: string;
}

/** Reads `314159 INVITE`; undefined if it is malformed or the number is 2^31 or more. */
export function parseCSeq(value: string): CSeq | undefined {
  let end = 0;
  while (end < value.length && !isBlank(value.charCodeAt(end))) end++;
  // RFC 3261 section 8.1.1.5: below 2^31.
  const number = parseDigits(value.slice(0, end), 0x7fffffff);
  const method = value.slice(skipBlanks(value, end));
  return number === undefined || !isToken(method) ? undefined : { number, method };
}
