/** Text of others in a line that a person reads in a terminal. */

/** C0, DEL and C1, by which terminals are steered; ends of lines; and what turns the direction of a text. */
// deno-lint-ignore no-control-regex -- those are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * The text with what is not read in it written as JSON writes it: nobody can end the line, begin another
 * that looks like one of ours, or tell the terminal what to do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { visibleText } from "./visible_text.ts";
 *
 * assert.equal(visibleText("Ada\u001b[2J\nerror"), "Ada\\u001b[2J\\u000aerror");
 * ```
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, escaped);
}

/** The same of what has several lines, such as an error with its stack: they stay, and are indented. */
export function visibleLines(text: string): string {
  return text.split(/\r?\n/).map(visibleText).join("\n    ");
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
