/** Options as `--help` shows them. */

import type { OptionGroup } from "./configuration.ts";
import { canBeSaid, flagOf, type Option, variableOf } from "./option.ts";
import { textOf } from "./text_of.ts";

/** How the options of some groups are shown, under their headings. */
export function usageOf(groups: readonly OptionGroup[]): string {
  return groups.map(({ title, options }) =>
    [`${title}:`, ...Object.entries(options).map(([name, option]) => usage(name, option))].join(
      "\n",
    )
  ).join("\n\n");
}

function usage(name: string, option: Option<unknown>): string {
  const { what, rule, fallback, isSwitch, otherVariables = [] } = option;
  const variable = variableOf(name);
  const variables = canBeSaid(option, "environment")
    ? [variable, ...option.isSecret ? [`${variable}_FILE`] : [], ...otherVariables]
    : [];
  const isCommand = isSwitch && variables.length === 0;
  const head = canBeSaid(option, "flag")
    ? [`--${flagOf(name)}`, ...variables.length === 0 ? [] : [`(${variables.join(", ")})`]]
    : variables.length > 0
    ? [variables.join(", ")]
    : [`"${name}" in the file of --config`];
  const value = fallback === undefined ? "" : ` [${textOf(fallback)}]`;
  const lines = [head.join(" "), `    ${what}`, ...isCommand ? [] : [`    ${rule}${value}`]];
  return lines.map((line) => `  ${line}`).join("\n");
}
