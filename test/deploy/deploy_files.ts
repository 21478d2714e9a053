/** The files in `deploy/`, as the tests read them. */
import { readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { machineDisk, readConfiguration } from "../../src/cli/mod.ts";
import type { Configuration } from "../../src/cli/mod.ts";
import { ROOT } from "../support/source_files.ts";

/** The text of a file, by its path from the root. */
export function text(path: string): string {
  return readFileSync(ROOT + path, "utf8");
}

/** All files below a folder, by their paths from the root. */
export function filesBelow(folder: string): string[] {
  return readdirSync(ROOT + folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, `${entry.parentPath}/${entry.name}`))
    .sort();
}

/** `NAME=value` lines, as systemd and Docker read them. */
export function environmentOf(lines: string): Record<string, string> {
  const found = [...lines.matchAll(/^([A-Z]\w*)=(.*)$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

/** The folders that a deployment mounts secrets into. */
const SECRETS = /^\/run\/(secrets|credentials)\//;

/**
 * What the program would take of an environment; it refuses what it does not know, and values that cannot
 * be. Files with secrets are there, and are read as one.
 */
export function configurationOf(environment: Readonly<Record<string, string>>): Configuration {
  const { configuration } = readConfiguration([], environment, {
    ...machineDisk,
    read: (path) => SECRETS.test(path) ? "f3a98c1f0e5b7d62c4aa\n" : machineDisk.read(path),
    isOpenToAll: () => false,
    kindOf: (path) => machineDisk.kindOf(ROOT + path),
  });
  return configuration;
}

/** The lines of a section of a unit, as pairs. */
export function unitLines(unit: string): (readonly [name: string, value: string])[] {
  return [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value] as const);
}
