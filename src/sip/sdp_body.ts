/** The session description in a message's body, RFC 3261 section 7.4 and RFC 5621. */

import { unquote } from "./chars.ts";
import type { SipMessage } from "./message.ts";
import type { SipHeaders } from "./sip_headers.ts";
import { listTokens } from "./split_list.ts";

const ascii = new TextDecoder("latin1");

/**
 * The session description a message carries, alone or as a part of a multipart body.
 *
 * @returns a copy of its bytes, undefined when there is none, or `"unsupported"` when there is a
 * body that we must understand and do not, which is answered by 415
 */
export function sessionOf({ headers, body }: SipMessage): Uint8Array | undefined | "unsupported" {
  if (body.length === 0) return undefined;
  const encoding = headers.get("Content-Encoding")?.toLowerCase() ?? "identity";
  if (encoding !== "identity" && encoding !== "") return ignorable(headers);
  const type = mediaType(headers.get("Content-Type") ?? "");
  // Nobody but a session description starts so, and some leave the type away.
  const isSession = type === "application/sdp" ||
    (type === "" && body[0] === 0x76 && body[1] === 0x3d);
  if (isSession) return body.slice();
  if (!type.startsWith("multipart/")) return ignorable(headers);
  return partOf(body, headers.get("Content-Type")!) ?? ignorable(headers);
}

/** False when the Accept of a request leaves no way to answer it with a session description. */
export function acceptsSessions(headers: SipHeaders): boolean {
  const types = listTokens(headers.getAll("Accept")).map(mediaType);
  return types.length === 0 ||
    types.some((type) => type === "application/sdp" || type === "application/*" || type === "*/*");
}

/** `application/sdp` of `Application/SDP; charset=utf-8`. */
export function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(";");
  return contentType.slice(0, semicolon === -1 ? undefined : semicolon).trim().toLowerCase();
}

/** A sender may say that its body need not be understood. */
function ignorable(headers: SipHeaders): undefined | "unsupported" {
  const disposition = headers.get("Content-Disposition")?.toLowerCase() ?? "";
  return /;\s*handling\s*=\s*optional/.test(disposition) ? undefined : "unsupported";
}

/** The first part of type application/sdp, RFC 2046 section 5.1. */
function partOf(body: Uint8Array, contentType: string): Uint8Array | undefined {
  const found = /;\s*boundary\s*=\s*("(?:[^"\\]|\\.)*"|[^;\s]+)/i.exec(contentType)?.[1];
  if (found === undefined) return undefined;
  const boundary = `--${found.startsWith('"') ? unquote(found) : found}`;
  // One byte is one character here, so that places in the text are places in the body.
  const text = ascii.decode(body);
  for (let at = text.indexOf(boundary); at !== -1;) {
    const start = at + boundary.length;
    const end = text.indexOf(`\n${boundary}`, start);
    const part = text.slice(start, end === -1 ? undefined : end);
    const gap = /\r?\n\r?\n/.exec(part);
    if (gap !== null && /^content-type:[ \t]*application\/sdp\b/im.test(part.slice(0, gap.index))) {
      const contentEnd = part.endsWith("\r") ? part.length - 1 : part.length;
      return body.slice(start + gap.index + gap[0].length, start + contentEnd);
    }
    at = end === -1 ? -1 : end + 1;
  }
  return undefined;
}

/** True when a session description is, byte for byte, the last one. */
export function isSameSession(sdp: Uint8Array, last: Uint8Array | undefined): boolean {
  return sdp.length === last?.length && sdp.every((byte, at) => byte === last[at]);
}
