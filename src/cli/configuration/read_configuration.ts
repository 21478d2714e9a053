/** From flags, environment and file to what the phone is started with. */

import { checkTogether } from "./check_together.ts";
import { type Configuration, OPTIONS } from "./configuration.ts";
import { type ConfigurationDisk, machineDisk, whyUnread } from "./configuration_disk.ts";
import { ConfigurationError } from "./configuration_error.ts";
import { OPTIONS_OF_DOCTOR } from "./options/doctor.ts";
import type { TrunkSetting } from "./options/trunks.ts";
import type { Environment } from "./read_environment.ts";
import { readOptions } from "./read_options.ts";
import type { Said } from "./said.ts";

/** What the program is started with, and where each value is from. */
export interface ConfigurationReading {
  /** The values. */
  readonly configuration: Configuration;
  /** Where each was said. */
  readonly said: ReadonlyMap<string, Said>;
}

/**
 * Reads the configuration: a flag wins over its variable, that over the file, that over the default; an
 * empty variable is none.
 *
 * @throws {ConfigurationError} for all that is unknown or has a value it cannot have, in one list that
 * says what to change
 */
export function readConfiguration(
  args: readonly string[],
  environment: Environment,
  disk: ConfigurationDisk = machineDisk,
): ConfigurationReading {
  const sources = { args, environment, disk, others: OPTIONS_OF_DOCTOR };
  const { values, said, faults } = readOptions(OPTIONS, sources);
  const read = values as unknown as Configuration;
  // Who asks how to say it must not be told first that it was said wrongly.
  if (read.help || read.version) return { configuration: read, said };
  const all = [...faults, ...checkTogether(read, disk)];
  const trunks = read.trunks.map((trunk) => withPassword(trunk, disk, all));
  if (all.length > 0) throw new ConfigurationError([...new Set(all)]);
  return { configuration: { ...read, trunks }, said };
}

function withPassword(
  { passwordFile, ...trunk }: TrunkSetting,
  disk: ConfigurationDisk,
  faults: string[],
): Configuration["trunks"][number] {
  if (passwordFile === undefined) return trunk;
  try {
    return { ...trunk, password: disk.read(passwordFile).replace(/\r?\n$/, "") };
  } catch (error) {
    faults.push(
      `passwordFile of the trunk ${trunk.name} is a file that can be read: ` +
        `${passwordFile} cannot (${whyUnread(error)})`,
    );
    return trunk;
  }
}
