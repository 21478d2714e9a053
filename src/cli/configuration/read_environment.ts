/** From the environment to what was said. */

import { type ConfigurationDisk, whyUnread } from "./configuration_disk.ts";
import { remedy } from "./nearest_name.ts";
import { type AnyOptions, canBeSaid, variableOf } from "./option.ts";
import type { Reading, Said } from "./said.ts";

/** Variables, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "SOFIA_PHONE_";

/** Variables that the tests and the benchmarks of this package read. */
const OF_TESTS = ["SOFIA_PHONE_FUZZ", "SOFIA_PHONE_SOAK"];

/**
 * What Kubernetes sets for a service that is called sofia-phone.
 * https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
 */
const SERVICE_LINK = /_SERVICE_(HOST|PORT(_.+)?)$|_PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$/;
const SERVICE_ADDRESS = /^(tcp|udp|sctp):\/\//;

/** A variable that means an option. */
interface Variable {
  readonly name: string;
  readonly isFile: boolean;
}

/**
 * Reads the variables that begin with `SOFIA_PHONE_`; an empty one is none. A secret is also read from
 * the file that its variable with `_FILE` names, without the end of line behind it.
 */
export function readEnvironment(
  environment: Environment,
  options: AnyOptions,
  disk: ConfigurationDisk,
): Reading {
  const said = new Map<string, Said>();
  const faults: string[] = [];
  const variables = variablesOf(options);
  for (const [by, value] of Object.entries(environment)) {
    if (!by.startsWith(PREFIX) || !value || OF_TESTS.includes(by)) continue;
    const variable = variables.get(by);
    if (variable === undefined) {
      const isLink = SERVICE_LINK.test(by) || SERVICE_ADDRESS.test(value);
      if (!isLink) faults.push(unknown(by, options, variables));
      continue;
    }
    const { name, isFile } = variable;
    if (SERVICE_ADDRESS.test(value)) {
      faults.push(
        `${by} is what Kubernetes sets for a service of that name, ${JSON.stringify(value)}: ` +
          `set enableServiceLinks: false in the pod, or call the service otherwise`,
      );
      continue;
    }
    const text = isFile ? readSecret(by, value, disk, faults) : value;
    if (text === undefined) continue;
    const before = said.get(name);
    if (before !== undefined && before.value !== text) {
      faults.push(twice(before, { by, text, isSecret: options[name].isSecret === true }));
    }
    said.set(name, { name, value: text, place: "environment", by });
  }
  return { said, faults };
}

function variablesOf(options: AnyOptions): Map<string, Variable> {
  const variables = new Map<string, Variable>();
  for (const [name, option] of Object.entries(options)) {
    if (!canBeSaid(option, "environment")) continue;
    for (const variable of [variableOf(name), ...option.otherVariables ?? []]) {
      variables.set(variable, { name, isFile: false });
      if (option.isSecret) variables.set(`${variable}_FILE`, { name, isFile: true });
    }
  }
  return variables;
}

function unknown(by: string, options: AnyOptions, variables: Map<string, Variable>): string {
  const name = Object.keys(options).find((one) => variableOf(one) === by);
  if (name !== undefined) {
    const where = canBeSaid(options[name], "flag") ? "as a flag" : "in the file of --config";
    return `${by} is no variable: say "${name}" ${where}`;
  }
  const of = variables.get(by.replace(/_FILE$/, ""));
  if (of !== undefined && by.endsWith("_FILE")) {
    return `${by} is no variable: only secrets are read from files, set ${variableOf(of.name)}`;
  }
  return `there is no variable ${by}: ${remedy(by, variables.keys(), "unset it, or see --help")}`;
}

function readSecret(
  by: string,
  path: string,
  disk: ConfigurationDisk,
  faults: string[],
): string | undefined {
  try {
    const secret = disk.read(path).replace(/\r?\n$/, "");
    if (secret !== "") return secret;
    faults.push(`${by} is a file that holds a secret: ${path} is empty`);
  } catch (error) {
    faults.push(`${by} is a file that can be read: ${path} cannot (${whyUnread(error)})`);
  }
}

function twice(before: Said, again: { by: string; text: string; isSecret: boolean }): string {
  const values = again.isSecret
    ? "they say different things"
    : `they say ${JSON.stringify(before.value)} and ${JSON.stringify(again.text)}`;
  return `${before.by} and ${again.by} are two names of one option: ${values}, so unset one`;
}
