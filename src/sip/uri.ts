/** SIP, SIPS and tel URIs, RFC 3261 section 19.1 and RFC 3966. */

import { escapeText, unescapeText } from "./escape.ts";
import { formatHostPort, parseHostPort } from "./host_port.ts";
import { NO_PARAMS, type SipParams } from "./params.ts";

/** A URI in its parts. */
export interface SipUri {
  /** In lower case: `sip`, `sips`, `tel`, or another that is answered by 416. */
  readonly scheme: string;
  /**
   * Who, without escapes: a name, a number (DID), anything; undefined if the URI names a host only.
   * For `tel` the number, and for an unknown scheme all that follows its colon.
   */
  readonly user?: string;
  /** What follows a colon in the user part. Nobody should use it. */
  readonly password?: string;
  /** A name or an address in lower case, an IPv6 one without brackets; `""` except for sip(s). */
  readonly host: string;
  /** The port; undefined means the default, which is not the same when URIs are compared. */
  readonly port?: number;
  /** Parameters by lower-case name, without escapes. */
  readonly params: SipParams;
  /** What follows the question mark, as it was written; `""` if there is none. */
  readonly headers: string;
}

// RFC 3261 section 25.1: what may stand unescaped in a user part and in a URI's parameter.
const USER_MARKS = "-_.!~*'()&=+$,;?/";
const PARAM_MARKS = "-_.!~*'()[]/:&+$";

/** Reads a URI; undefined if it is malformed. */
export function parseUri(text: string): SipUri | undefined {
  const colon = text.indexOf(":");
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!isScheme(scheme) || colon === text.length - 1 || !isPrintable(text)) return undefined;
  if (scheme === "sip" || scheme === "sips") return parseSip(scheme, text.slice(colon + 1));
  if (scheme === "tel") return parseTel(text.slice(colon + 1));
  return { scheme, user: text.slice(colon + 1), host: "", params: NO_PARAMS, headers: "" };
}

/** Writes a URI, escaping what must be. */
export function formatUri({ scheme, user, password, host, port, params, headers }: SipUri): string {
  let text = `${scheme}:`;
  if (host === "") text += user ?? "";
  else {
    if (user !== undefined) {
      text += escapeText(user, USER_MARKS);
      if (password !== undefined) text += `:${escapeText(password, "-_.!~*'()&=+$,")}`;
      text += "@";
    }
    text += formatHostPort(host, port);
  }
  for (const [name, value] of params) {
    text += `;${escapeText(name, PARAM_MARKS)}`;
    if (value !== "") text += `=${escapeText(value, PARAM_MARKS)}`;
  }
  return headers === "" ? text : `${text}?${headers}`;
}

/** The parts of `user:password@host:port;params?headers`. */
function parseSip(scheme: string, rest: string): SipUri | undefined {
  // A user may hold `;` and `?`, so the last @ before the host is looked for first.
  const at = rest.lastIndexOf("@");
  const hostStart = at + 1;
  const question = rest.indexOf("?", hostStart);
  const paramsEnd = question === -1 ? rest.length : question;
  const semicolon = rest.indexOf(";", hostStart);
  const hostEnd = semicolon === -1 || semicolon > paramsEnd ? paramsEnd : semicolon;
  const hostPort = parseHostPort(rest.slice(hostStart, hostEnd));
  const params = parseUriParams(rest.slice(hostEnd, paramsEnd));
  if (hostPort === undefined || params === undefined) return undefined;
  const headers = question === -1 ? "" : rest.slice(question + 1);
  if (at === -1) return { scheme, ...hostPort, params, headers };
  const userInfo = rest.slice(0, at);
  if (userInfo === "" || userInfo.includes("@")) return undefined;
  const colon = userInfo.indexOf(":");
  if (colon === 0) return undefined;
  const user = unescapeText(colon === -1 ? userInfo : userInfo.slice(0, colon));
  const password = colon === -1 ? undefined : unescapeText(userInfo.slice(colon + 1));
  return { scheme, user, password, ...hostPort, params, headers };
}

/** RFC 3966: a number and parameters. */
function parseTel(rest: string): SipUri | undefined {
  const semicolon = rest.indexOf(";");
  const user = semicolon === -1 ? rest : rest.slice(0, semicolon);
  const params = parseUriParams(semicolon === -1 ? "" : rest.slice(semicolon));
  if (params === undefined || !isTelephoneNumber(user)) return undefined;
  return { scheme: "tel", user, host: "", params, headers: "" };
}

/** `;name=value;name`, each once; the values may hold escapes. */
function parseUriParams(text: string): SipParams | undefined {
  if (text === "") return NO_PARAMS;
  const params = new Map<string, string>();
  for (const part of text.slice(1).split(";")) {
    const equals = part.indexOf("=");
    const name = unescapeText(equals === -1 ? part : part.slice(0, equals)).toLowerCase();
    if (name === "" || params.has(name)) return undefined;
    params.set(name, equals === -1 ? "" : unescapeText(part.slice(equals + 1)));
  }
  return params;
}

function isScheme(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    const fits = (char >= "a" && char <= "z") ||
      (i > 0 && ((char >= "0" && char <= "9") || char === "+" || char === "-" || char === "."));
    if (!fits) return false;
  }
  return text.length > 0;
}

/** No space, no control, and none of `"<>`, which always need an escape. */
function isPrintable(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f || code === 0x22 || code === 0x3c || code === 0x3e) {
      return false;
    }
  }
  return true;
}

/** `+` and digits with their usual separators, or a local number with `*`, `#`, A-F. */
function isTelephoneNumber(text: string): boolean {
  for (const char of text) {
    if (!"0123456789+-.()*#abcdefABCDEF".includes(char)) return false;
  }
  return text !== "";
}
