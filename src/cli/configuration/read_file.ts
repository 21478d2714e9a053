/** From a file of JSON to what was said. */

import { type ConfigurationDisk, whyUnread } from "./configuration_disk.ts";
import { remedy } from "./nearest_name.ts";
import { type AnyOptions, canBeSaid, flagOf, variableOf } from "./option.ts";
import type { Reading, Said } from "./said.ts";

/**
 * Reads a file whose keys are the names of options in camelCase.
 *
 * A file with secrets in it is refused where everybody can read it. What the parser says of a broken one
 * is not repeated but for the place, as it quotes the text.
 */
export function readFile(path: string, options: AnyOptions, disk: ConfigurationDisk): Reading {
  const said = new Map<string, Said>();
  const faults: string[] = [];
  const content = parse(path, disk);
  if (typeof content === "string") return { said, faults: [content] };
  const names = Object.keys(options).filter((name) => canBeSaid(options[name], "file"));
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(content)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    const by = `"${name}" in ${path}`;
    if (option !== undefined && canBeSaid(option, "file")) {
      secrets.push(...(option.isSecret ? [name] : option.secretsIn?.(value) ?? []));
      said.set(name, { name, value, place: "file", by });
    } else if (option !== undefined) {
      faults.push(`${by} is nothing for a file: say it by --${flagOf(name)}`);
    } else {
      faults.push(`there is no option ${by}: ${remedy(name, names, "take it out, or see --help")}`);
    }
  }
  if (secrets.length > 0 && disk.isOpenToAll(path)) {
    const names = secrets.join(", ");
    const other = said.has("trunks") && secrets.some((one) => one.startsWith("trunks"))
      ? `passwordFile of a trunk`
      : `${variableOf(secrets[0])}_FILE`;
    faults.push(
      `${path} holds secrets (${names}) and can be read by every user of this machine: ` +
        `run chmod o-r ${path}, or put them into files of their own (${other})`,
    );
  }
  return { said, faults };
}

/** What the file holds, or what is wrong with it. */
function parse(path: string, disk: ConfigurationDisk): Record<string, unknown> | string {
  let text: string;
  try {
    // Some editors begin a file with a mark that JSON does not know.
    text = disk.read(path).replace(/^\ufeff/, "");
  } catch (error) {
    return `--config (${variableOf("config")}) is a file that can be read: ${path} cannot (${
      whyUnread(error)
    })`;
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null && !Array.isArray(content)) {
      return content as Record<string, unknown>;
    }
    return `${path} is an object of JSON, {"sipPort": 5070}: it is something else`;
  } catch (error) {
    const [, offset] = /position (\d+)/.exec((error as Error).message) ?? [];
    const at = offset === undefined
      ? ""
      : ` after line ${text.slice(0, Number(offset)).split("\n").length - 1}`;
    return `${path} is JSON, with names in quotes and no comma before a brace: it cannot be read${at}`;
  }
}
