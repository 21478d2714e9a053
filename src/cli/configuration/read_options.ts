/** From all that was said to the values of options. */

import * as v from "valibot";
import type { ConfigurationDisk } from "./configuration_disk.ts";
import { remedy } from "./nearest_name.ts";
import { type AnyOptions, type Option, titleOf } from "./option.ts";
import { type Environment, readEnvironment } from "./read_environment.ts";
import { readFile } from "./read_file.ts";
import { readFlags } from "./read_flags.ts";
import type { Said } from "./said.ts";

/** Where options are read from. */
export interface OptionSources {
  /** The command line, behind the name of the program. */
  readonly args: readonly string[];
  /** The environment. */
  readonly environment: Environment;
  /** The files. */
  readonly disk: ConfigurationDisk;
  /** Options of a program beside this one, which the environment and the file may hold. @default {} */
  readonly others?: AnyOptions;
}

/** What the options come to. */
export interface OptionReading {
  /** The values by name; one that is wrong has its fallback. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where each was said; those that nobody said are not in it. */
  readonly said: ReadonlyMap<string, Said>;
  /** All that is wrong, each in words that finish "Cannot start as ...". */
  readonly faults: readonly string[];
}

/** Reads every option: a flag wins over the environment, that over the file, that over the default. */
export function readOptions(options: AnyOptions, sources: OptionSources): OptionReading {
  const { args, environment, disk, others = {} } = sources;
  const all = { ...others, ...options };
  const flags = readFlags(args, options);
  const variables = readEnvironment(environment, all, disk);
  const path = (flags.said.get("config") ?? variables.said.get("config"))?.value;
  const file = path === undefined || options.config === undefined
    ? undefined
    : readFile(String(path), all, disk);
  const readings = [flags, variables, ...file === undefined ? [] : [file]];
  const faults = readings.flatMap((reading) => reading.faults);
  const values: Record<string, unknown> = {};
  const said = new Map<string, Said>();
  for (const [name, option] of Object.entries(options)) {
    values[name] = option.fallback;
    // From the last to the first, so that the first is what stays; a bad one is told wherever it stands.
    for (const reading of [...readings].reverse()) {
      const one = reading.said.get(name);
      if (one === undefined) continue;
      const result = v.safeParse(option.schema, one.value);
      if (result.success) values[name] = result.output;
      else faults.push(...complaints(option, one, result.issues));
      said.set(name, one);
    }
  }
  return { values, said, faults };
}

/** What may be told of a secret, for who has made it wrong: mostly by an editor or by `echo`. */
function shapeOf(value: unknown): string {
  if (typeof value !== "string") return "no text";
  const blank = /\s/.test(value) ? ", and blanks or ends of lines among them" : "";
  return `of ${value.length} signs${blank}`;
}

type Issues = readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]];

function complaints(option: Option<unknown>, one: Said, issues: Issues): string[] {
  const { parts, rule, isSecret, shown } = option;
  if (parts !== undefined) return issues.map((issue) => complaintOfPart(one, issue, parts));
  const title = titleOf(one.name, option);
  const by = one.place === "file"
    ? one.by
    : title.includes(one.by)
    ? title
    : `${one.by}, another name of ${title},`;
  if (isSecret) return [`${by} is ${rule}: its value is ${shapeOf(one.value)}`];
  return [`${by} is ${rule}: current value is ${valueOf(shown?.(one.value) ?? one.value)}`];
}

function complaintOfPart(
  { name, by }: Said,
  { path, expected, input, message }: v.BaseIssue<unknown>,
  parts: readonly string[],
): string {
  const keys = (path ?? []).map(({ key }) => key);
  const way = keys.map((key) => typeof key === "number" ? `[${key}]` : `.${key}`).join("");
  const where = by.replace(`"${name}"`, `"${name}${way}"`);
  const key = String(keys.at(-1));
  if (expected === "never") return `there is no ${where}: ${remedy(key, parts, "take it out")}`;
  if (input === undefined) return `${where} is missing`;
  if (/password/i.test(key)) return `${where} is ${message}: its value is something else`;
  const value = typeof input === "object" ? "something else" : valueOf(input);
  return `${where} is ${message}: current value is ${value}`;
}

/** A value as it may be printed: where an address has a password in it, without that. */
function valueOf(value: unknown): string {
  return String(JSON.stringify(value)).replace(
    /((?:\/\/|\bsips?:)[^\s/@:"]*:)[^\s/@"]*(?=@)/gi,
    "$1***",
  );
}
