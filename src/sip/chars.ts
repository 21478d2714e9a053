/** Characters and the smallest words of SIP's grammar, RFC 3261 section 25.1. */

const TOKEN = charTable("!%'*+-.`_~");
const HOST_OR_TOKEN = charTable("!%'*+-.`_~[]:");

/** True for a character of a `token`: a letter, a digit or one of ``-.!%*_+`'~``. */
export function isTokenChar(code: number): boolean {
  return code < 128 && TOKEN[code] === 1;
}

/** True when all of `text` is a `token`, and there is some. */
export function isToken(text: string): boolean {
  return isMadeOf(text, TOKEN);
}

/** True when `text` can stand as a parameter's value without quotes: a token or a host. */
export function isTokenOrHost(text: string): boolean {
  return isMadeOf(text, HOST_OR_TOKEN);
}

/**
 * True when `text` can be a line or part of one: it holds no CR, no LF, and no NUL but an escaped
 * one (`quoted-pair`).
 */
export function isOneLine(text: string): boolean {
  if (text.includes("\r") || text.includes("\n")) return false;
  for (let at = text.indexOf("\0"); at !== -1; at = text.indexOf("\0", at + 1)) {
    if (text[at - 1] !== "\\") return false;
  }
  return true;
}

/** True for a space or a tab. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The first place at or after `start` that is no space or tab. */
export function skipBlanks(text: string, start: number): number {
  let at = start;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

/** `text` from `start` to `end` without the spaces and tabs around it. */
export function trimmed(text: string, start = 0, end: number = text.length): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** A whole number written in digits only, at most `max`; undefined for anything else. */
export function parseDigits(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    number = number * 10 + digit;
    if (number > max) return undefined;
  }
  return number;
}

/** The place after the quoted string that starts at `start`; -1 if it does not end. */
export function quotedEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return -1;
}

/** What a quoted string says: `quoted` comes with its quotes. */
export function unquote(quoted: string): string {
  const inside = quoted.slice(1, -1);
  if (!inside.includes("\\")) return inside;
  let text = "";
  for (let i = 0; i < inside.length; i++) {
    if (inside[i] === "\\" && i + 1 < inside.length) i++;
    text += inside[i];
  }
  return text;
}

/** `text` as a quoted string. */
export function quote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    quoted += char === '"' || char === "\\" ? `\\${char}` : char;
  }
  return `${quoted}"`;
}

function isMadeOf(text: string, table: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128 || table[code] === 0) return false;
  }
  return text.length > 0;
}

function charTable(marks: string): Uint8Array {
  const table = new Uint8Array(128);
  const letters = "abcdefghijklmnopqrstuvwxyz";
  for (const char of `0123456789${letters}${letters.toUpperCase()}${marks}`) {
    table[char.charCodeAt(0)] = 1;
  }
  return table;
}
