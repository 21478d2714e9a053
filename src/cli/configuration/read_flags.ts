/** From the command line to what was said. */

import { remedy } from "./nearest_name.ts";
import { type AnyOptions, canBeSaid, flagOf, variableOf } from "./option.ts";
import type { Reading, Said } from "./said.ts";

/**
 * Reads flags: `--name value`, `--name=value`, and `--name` alone for a switch. The last one counts.
 *
 * What is unknown is told without its value, which may be a secret.
 */
export function readFlags(args: readonly string[], options: AnyOptions): Reading {
  const said = new Map<string, Said>();
  const faults: string[] = [];
  const names = new Map(Object.keys(options).map((name) => [`--${flagOf(name)}`, name]));
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift()!;
    const [, flag, inline] = /^(--[^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (flag === undefined) {
      faults.push(
        `every option begins with --: ${JSON.stringify(arg)} has none before it, see --help`,
      );
      continue;
    }
    const next = inline ??
      (rest.length > 0 && !rest[0].startsWith("--") ? rest.shift() : undefined);
    const name = names.get(flag);
    const option = name === undefined ? undefined : options[name];
    if (name === undefined || option === undefined) {
      const known = [...names].filter(([, key]) => canBeSaid(options[key], "flag"));
      const names_ = known.map(([one]) => one);
      faults.push(`there is no option ${flag}: ${remedy(flag, names_, "see --help")}`);
    } else if (option.isSecret) {
      const variable = variableOf(name);
      faults.push(
        `${flag} is a secret, and every user of a machine can read the flags of its programs: ` +
          `set ${variable}, or ${variable}_FILE to a file that holds it`,
      );
    } else if (!canBeSaid(option, "flag")) {
      faults.push(`${flag} is too much for a flag: say it by "${name}" in the file of --config`);
    } else if (next === undefined && !option.isSwitch) {
      faults.push(`${flag} is ${option.rule}: nothing follows it`);
    } else if (option.secretsIn?.(next).length) {
      faults.push(
        `${flag} holds a password, and every user of a machine can read the flags of its programs: ` +
          `set ${variableOf(name)} in its place`,
      );
    } else {
      said.set(name, { name, value: next ?? "on", place: "flag", by: flag });
    }
  }
  return { said, faults };
}
