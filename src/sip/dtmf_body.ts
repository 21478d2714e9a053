/** Keys pressed, as INFO bodies tell them: `application/dtmf-relay` and `application/dtmf`. */

import { mediaType } from "./sdp_body.ts";
import type { SipRequest } from "./message.ts";

/** One key. */
export interface DtmfKey {
  /** One of `0-9*#A-D`. */
  readonly digit: string;
  /** How long it was held, in milliseconds. */
  readonly durationMs: number;
}

const DEFAULT_MS = 160;
const MAX_MS = 60_000;
/** Keys by their event number, RFC 4733 section 3.2: some senders write `11` for `#`. */
const KEYS = "0123456789*#ABCD";

const decoder = new TextDecoder();

/**
 * The key an INFO tells; undefined when it tells none.
 *
 * No standard describes these bodies. `dtmf-relay` has lines `Signal=5` and `Duration=160`, `dtmf`
 * the digit alone.
 */
export function dtmfOf({ headers, body }: SipRequest): DtmfKey | undefined {
  const type = mediaType(headers.get("Content-Type") ?? "");
  if (type !== "application/dtmf-relay" && type !== "application/dtmf") return undefined;
  // Longer than any of them.
  const text = decoder.decode(body.subarray(0, 200));
  const signal = /^[ \t]*signal[ \t]*=[ \t]*([0-9a-d*#]{1,2})[ \t]*$/im.exec(text)?.[1] ??
    /^\s*([0-9a-d*#]{1,2})\s*$/i.exec(text)?.[1];
  const digit = signal === undefined ? undefined : digitOf(signal.toUpperCase());
  if (digit === undefined) return undefined;
  const duration = /^[ \t]*duration[ \t]*=[ \t]*(\d{1,9})[ \t]*$/im.exec(text)?.[1];
  const durationMs = duration === undefined ? DEFAULT_MS : Math.min(Number(duration), MAX_MS);
  return { digit, durationMs };
}

function digitOf(signal: string): string | undefined {
  if (signal.length === 1) return signal;
  return /^\d\d$/.test(signal) ? KEYS[Number(signal)] : undefined;
}
