/** The table of all options, as docs/OPTIONS.md holds it. */

import { OPTION_GROUPS, type OptionGroup } from "./configuration.ts";
import { canBeSaid, flagOf, type Option, variableOf } from "./option.ts";
import { textOf } from "./text_of.ts";

/** The text of docs/OPTIONS.md. */
export function optionsDocument(): string {
  return `${HEAD}\n${OPTION_GROUPS.map(section).join("\n")}`;
}

const HEAD = `# Options

<!-- Made from the table in src/cli/configuration: bun run docs:options -->

Each option can be said as a flag, as a variable of the environment, and in a JSON file that
\`--config\` or \`SOFIA_PHONE_CONFIG\` names, by its name in camelCase:

\`\`\`sh
bun run mod.ts --sip-port 5080
SOFIA_PHONE_SIP_PORT=5080 bun run mod.ts
echo '{ "sipPort": 5080 }' > phone.json && bun run mod.ts --config phone.json
\`\`\`

A flag wins over the environment, that over the file, that over the default. What is unknown or
wrong is refused, all of it in one list that says what to change. \`--print-config\` shows what the
configuration comes to and where each value is from.

Secrets are no flags, as every user of a machine can read those, and are never printed. Each can be
in a file of its own that \`<VARIABLE>_FILE\` names, as Docker and Kubernetes mount them. A
configuration file with a secret in it is refused where everybody on the machine can read it.

Where an option is on or off, \`true\`, \`false\`, \`1\` and \`0\` are understood, too, and its flag may
stand alone.
`;

function section({ title, options }: OptionGroup): string {
  const rows = Object.entries(options).map(([name, option]) => cellsOf(name, option));
  return `## ${title}\n\n${table([COLUMNS, ...rows])}\n`;
}

const COLUMNS = ["flag, variable, name in the file", "what", "value", "default"];

function cellsOf(name: string, option: Option<unknown>): readonly string[] {
  const { what, rule, fallback, otherVariables = [], isSecret } = option;
  const variable = variableOf(name);
  const names = [
    ...canBeSaid(option, "flag") ? [`--${flagOf(name)}`] : [],
    ...canBeSaid(option, "environment") ? [variable] : [],
    ...isSecret ? [`${variable}_FILE`] : [],
    ...otherVariables,
    ...canBeSaid(option, "file") ? [name] : [],
  ];
  const value = fallback === undefined ? "" : `\`${textOf(fallback)}\``;
  return [names.map((one) => `\`${one}\``).join("<br>"), what, rule, value];
}

/** With columns as wide as `deno fmt` makes them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])));
  lines.splice(1, 0, widths.map((width) => "-".repeat(width)));
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
