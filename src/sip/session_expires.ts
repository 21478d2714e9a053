/** Header values of session timers, RFC 4028. */

import { parseDigits, trimmed } from "./chars.ts";
import { parseParams } from "./params.ts";

/** How long a session lasts without a refresh, and who refreshes. */
export interface SessionExpires {
  /** Seconds. */
  readonly seconds: number;
  /** Who refreshes; undefined leaves it to the answer. */
  readonly refresher?: "uac" | "uas";
}

/** Reads Session-Expires, such as `1800;refresher=uas`; undefined if it is malformed. */
export function parseSessionExpires(value: string): SessionExpires | undefined {
  const semicolon = value.indexOf(";");
  const end = semicolon === -1 ? value.length : semicolon;
  const seconds = parseSeconds(value.slice(0, end));
  const refresher = parseParams(value, end)?.get("refresher")?.toLowerCase();
  if (seconds === undefined) return undefined;
  if (refresher === undefined) return { seconds };
  return refresher === "uac" || refresher === "uas" ? { seconds, refresher } : undefined;
}

/** Writes `1800;refresher=uas`. */
export function formatSessionExpires({ seconds, refresher }: SessionExpires): string {
  return `${seconds}${refresher === undefined ? "" : `;refresher=${refresher}`}`;
}

/** Reads Min-SE, such as `90`, in seconds; undefined if it is malformed. */
export function parseMinSe(value: string): number | undefined {
  const semicolon = value.indexOf(";");
  return parseSeconds(semicolon === -1 ? value : value.slice(0, semicolon));
}

/**
 * Reads whole seconds as in Expires, Min-Expires and Retry-After, where a comment or a parameter
 * may follow; undefined if it is malformed or 2^32 or more.
 */
export function parseSeconds(value: string): number | undefined {
  let end = 0;
  const text = trimmed(value);
  while (end < text.length && text[end] !== ";" && text[end] !== "(" && text[end] !== " ") end++;
  return parseDigits(text.slice(0, end), 0xffff_ffff);
}
