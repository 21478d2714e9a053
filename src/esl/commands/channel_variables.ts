/** Variables of a channel as FreeSWITCH reads them in front of a dial string. */

import { oneLine } from "../command_text.ts";

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

/**
 * Gives `name` back if a variable can have it: what else is in a name, FreeSWITCH takes for something
 * else, or leaves out.
 *
 * @throws {TypeError} for any other
 */
export function variableName(name: string): string {
  if (typeof name === "string" && /^[\w.:-]{1,256}$/.test(name)) return name;
  const shown = JSON.stringify(typeof name === "string" ? name.slice(0, 80) : name);
  throw new TypeError(
    `Cannot use a variable as its name is of letters, digits, _, -, . and :, 256 at most: current value is ${shown}`,
  );
}

/**
 * Gives `value` back if FreeSWITCH takes it for what it is, wherever it is used: what a variable holds is
 * expanded once more when the dialplan names it, and `${system ...}` would run a program then
 * (`switch_channel_expand_variables_check` in switch_channel.c).
 *
 * @throws {TypeError} when it has `${` in it, or is more than one line
 */
export function variableValue(name: string, value: string): string {
  if (!/\$\\*\{/.test(oneLine(`the variable ${name}`, value))) return value;
  throw new TypeError(
    `Cannot set the variable ${name} as FreeSWITCH would run what stands in \${...} when it is used; ` +
      `leave out the $ or the brace: current value is ${JSON.stringify(value.slice(0, 80))}`,
  );
}

function pair(name: string, value: string): string {
  variableName(name);
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
