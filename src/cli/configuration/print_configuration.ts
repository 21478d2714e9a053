/** What `--print-config` shows. */

import { type Configuration, OPTION_GROUPS } from "./configuration.ts";
import type { ConfigurationReading } from "./read_configuration.ts";
import type { Option } from "./option.ts";
import { textOf } from "./text_of.ts";

/** Each option with its value and where that is from, a line each; secrets are `***`. */
export function printConfiguration({ configuration, said }: ConfigurationReading): string {
  return OPTION_GROUPS.filter(({ title }) => title !== "The program").map(({ title, options }) => {
    const rows = Object.entries(options).map(([name, option]) => {
      const value = shown(option, configuration[name as keyof Configuration]);
      return [name, value, said.get(name)?.by ?? "default"] as const;
    });
    return [`# ${title}`, ...rows.map((row) => line(...row))].join("\n");
  }).join("\n\n");
}

function line(name: string, value: string, from: string): string {
  return `${`${name} = ${value}`.padEnd(47)} # ${from}`;
}

function shown(option: Option<unknown>, value: unknown): string {
  if (value === undefined) return "none";
  if (option.isSecret) return "***";
  return textOf(option.shown === undefined ? value : option.shown(value));
}
