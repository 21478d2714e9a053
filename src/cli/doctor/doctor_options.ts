/** What `sofia-phone doctor` is told. */

import { type Configuration, OPTIONS } from "../configuration/configuration.ts";
import { type ConfigurationDisk, machineDisk } from "../configuration/configuration_disk.ts";
import { ConfigurationError } from "../configuration/configuration_error.ts";
import { type DoctorSettings, OPTIONS_OF_DOCTOR } from "../configuration/options/doctor.ts";
import type { Environment } from "../configuration/read_environment.ts";
import { readOptions } from "../configuration/read_options.ts";
import { usageOf } from "../configuration/usage.ts";

/** Where FreeSWITCH is, and where the phone is to be reached from it. */
export interface DoctorOptions {
  /** The host of FreeSWITCH's event socket. */
  readonly eslHost: string;
  /** Its port. */
  readonly eslPort: number;
  /** Its password. */
  readonly password: string;
  /** The number that is called through the dialplan. */
  readonly number: string;
  /** The context in which it is looked up; by default the one that has our extension. */
  readonly context: string | undefined;
  /** The address of this machine that FreeSWITCH sends to. */
  readonly sipHost: string;
  /** The port at which the phone takes calls. */
  readonly sipPort: number;
  /** The first port for sound. */
  readonly rtpStartPort: number;
  /** The last port for sound. */
  readonly rtpEndPort: number;
  /** Whether to call. */
  readonly calls: boolean;
  /** Show the options and exit. */
  readonly help: boolean;
}

const { eslHost, eslPort, eslPassword, sipHost, sipPort, rtpStartPort, rtpEndPort } = OPTIONS;
const { config, help } = OPTIONS;
const TABLE = {
  ...{ eslHost, eslPort, eslPassword, sipHost, sipPort, rtpStartPort, rtpEndPort },
  ...OPTIONS_OF_DOCTOR,
  ...{ config, help },
};

/** The options as `doctor --help` shows them. */
export const DOCTOR_USAGE: string = `sofia-phone doctor: looks at FreeSWITCH from the phone's side,
calls through it, and says what to fix. The exit code is 0 when all works.

Usage: bun run mod.ts doctor [options]     or: deno run -A mod.ts doctor [options]

${usageOf([{ title: "Options", options: TABLE }])}`;

/**
 * Reads the options: a flag wins over its variable, that over the file; an empty variable is none.
 *
 * @throws {ConfigurationError} for all that is unknown or has a value it cannot have, in one list
 */
export function readDoctorOptions(
  args: readonly string[],
  environment: Environment,
  disk: ConfigurationDisk = machineDisk,
): DoctorOptions {
  const { values, faults } = readOptions(TABLE, { args, environment, disk, others: OPTIONS });
  const { eslPassword = "", noCalls, config: _, ...options } = values as unknown as
    & DoctorSettings
    & Pick<Configuration, keyof typeof TABLE & keyof Configuration>;
  if (faults.length > 0 && !options.help) throw new ConfigurationError(faults);
  return { ...options, password: eslPassword, calls: !noCalls };
}
