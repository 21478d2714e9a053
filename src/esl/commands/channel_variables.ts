/** Variables of a channel as FreeSWITCH reads them in front of a dial string. */

import { oneLine, oneWord } from "../command_text.ts";

/** Values of channel variables by name. Those that are undefined are left out. */
export type ChannelVariables = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * `{a=1,b=it\'s}`, so that FreeSWITCH has each value as it is, whatever is in it; nothing for none.
 *
 * FreeSWITCH cuts the text three times, at blanks, at commas and at the first `=`, and each time takes
 * away one layer of backslashes (`switch_separate_string` in switch_utils.c). So each value gets three.
 *
 * @throws {TypeError} for what it cannot have: a line end, a brace, or `:_:`, which parts two calls
 */
export function variablesBlock(variables: ChannelVariables): string {
  const pairs = Object.entries(variables).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return "";
  return `{${pairs.map(([name, value]) => pair(name, String(value))).join(",")}}`;
}

function pair(name: string, value: string): string {
  if (!/^[\w.:-]+$/.test(oneWord("the name of a variable", name))) {
    throw new TypeError(
      `Cannot set a variable as its name must be of letters, digits, _, -, . and :: current value is ${name}`,
    );
  }
  const found = /[{}]|:_:/.exec(oneLine(`the variable ${name}`, value));
  if (found !== null) {
    throw new TypeError(
      `Cannot set the variable ${name} as FreeSWITCH would cut it at ${
        found[0]
      }: current value is ${value}`,
    );
  }
  return `${name}=${layered(value)}`;
}

/** What is left of it when FreeSWITCH has read it is `value`. */
function layered(value: string): string {
  const atEquals = quoted(value, /[\\' ]/g);
  const atCommas = quoted(atEquals, /[\\',]/g);
  return quoted(atCommas, /[\\']/g);
}

/** A blank is `\s`, as a real one at an end would be trimmed. */
export function quoted(text: string, specials: RegExp): string {
  return text.replace(specials, (special) => special === " " ? "\\s" : `\\${special}`);
}
