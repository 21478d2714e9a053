/** Commands as text, with nothing in them that could begin another one. */

import { byteLength } from "./lenient_text.ts";

/** What follows the first line of a command. */
export interface CommandParts {
  /** Headers by name. Those that are undefined are left out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** What comes after the headers, with its length in a header. */
  readonly body?: string;
}

/**
 * Gives `value` back if it is one line, as everything in a command must be.
 *
 * @throws {TypeError} when it has a CR, LF or NUL in it, with which it would be more than one command
 */
export function oneLine(what: string, value: string): string {
  const bad = /[\r\n\0]/.exec(value);
  if (bad === null) return value;
  const shown = JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  throw new TypeError(
    `Cannot send ${what} as it must be one line without CR, LF or NUL: current value is ${shown}`,
  );
}

/**
 * Gives `value` back if it is one word: a UUID, the name of an application or of a variable.
 *
 * @throws {TypeError} when it is empty or has a blank or a control character in it
 */
export function oneWord(what: string, value: string): string {
  if (/^[^\s\p{Cc}]+$/u.test(value)) return value;
  const shown = JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  throw new TypeError(`Cannot send ${what} as it must be one word: current value is ${shown}`);
}

/**
 * The text of a command.
 *
 * @throws {TypeError} when anything but the body is more than one line
 */
export function commandText(line: string, parts: CommandParts = {}): string {
  const { headers = {}, body } = parts;
  let text = `${oneLine("the command", line)}\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    text += `${oneWord("the name of a header", name)}: ${oneLine(name, value)}\n`;
  }
  return body === undefined ? `${text}\n` : `${text}Content-Length: ${byteLength(body)}\n\n${body}`;
}
