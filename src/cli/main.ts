/** The program: reads its options, answers calls, ends when told to. */

import process from "node:process";
import { OPTION_GROUPS } from "./configuration/configuration.ts";
import { printConfiguration } from "./configuration/print_configuration.ts";
import { readConfiguration } from "./configuration/read_configuration.ts";
import { usageOf } from "./configuration/usage.ts";
import { doctor } from "./doctor.ts";
import { runPhone } from "./run_phone.ts";
import { VERSION } from "./version.ts";

const USAGE = `sofia-phone: answers the phone and hands the call to a voice backend.

Usage: bun run mod.ts [options]     or: deno run -A mod.ts [options]
       with doctor in front of the options: finds out what is wrong with FreeSWITCH

Each option is a flag, a variable, and a name in the file of --config: sipPort for --sip-port.

${usageOf(OPTION_GROUPS)}`;

/**
 * Runs the phone until SIGTERM or SIGINT, and resolves with the exit code.
 *
 * With `--sessions` or `--call-store` the callers of calls that are ended by it are not lost: FreeSWITCH
 * calls the next process for them, so that `--drain-ms 0` hands all of them over.
 *
 * @param args the command line, behind the name of the program
 */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "doctor") return await doctor(args.slice(1));
  try {
    const reading = readConfiguration(args, process.env);
    const { help, version, printConfig } = reading.configuration;
    if (help) process.stdout.write(`${USAGE}\n`);
    else if (version) process.stdout.write(`${VERSION}\n`);
    else if (printConfig) process.stdout.write(`${printConfiguration(reading)}\n`);
    else await runPhone(reading.configuration);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}
