/** The program: reads its options, answers calls, ends when told to. */

import process from "node:process";
import {
  configure,
  getAnsiColorFormatter,
  getTextFormatter,
  type LogRecord,
} from "@logtape/logtape";
import { PhoneHandler } from "../phone/mod.ts";
import { OPTION_GROUPS } from "./configuration/configuration.ts";
import type { LogLevel } from "./configuration/options/logs.ts";
import { printConfiguration } from "./configuration/print_configuration.ts";
import { readConfiguration } from "./configuration/read_configuration.ts";
import { usageOf } from "./configuration/usage.ts";
import { doctor } from "./doctor.ts";
import { loadBackend } from "./load_backend.ts";
import { optionsOf } from "./options_of.ts";

const USAGE = `sofia-phone: answers the phone and hands the call to a voice backend.

Usage: bun run mod.ts [options]     or: deno run -A mod.ts [options]
       with doctor in front of the options: finds out what is wrong with FreeSWITCH

${usageOf(OPTION_GROUPS)}`;

/**
 * Runs the phone until SIGTERM or SIGINT, and resolves with the exit code.
 *
 * Standard output gets one line when calls are taken, which says what to dial; messages go to
 * standard error. The first signal drains: no new calls, and live ones may finish. The second ends
 * them at once. With `--sessions` the callers of calls that are ended so are not lost: FreeSWITCH calls
 * the next process for them, so that `--drain-ms 0` hands all of them over.
 */
export async function main(args: readonly string[]): Promise<number> {
  if (args[0] === "doctor") return await doctor(args.slice(1));
  try {
    const reading = readConfiguration(args, process.env);
    const { configuration } = reading;
    const { help, printConfig, backend, logLevel, advertisedHost } = configuration;
    if (help || printConfig) {
      process.stdout.write(help ? `${USAGE}\n` : `${printConfiguration(reading)}\n`);
      return 0;
    }
    await configureLog(logLevel);
    const voiceBackend = await loadBackend(backend);
    const phone = new PhoneHandler({ ...optionsOf(configuration), voiceBackend });
    const { address, port } = await phone.start();
    // Listened for before anybody is told that they may send one.
    const signals = listenForSignals();
    // Nobody can dial 0.0.0.0.
    const reached = advertisedHost ?? address;
    const host = reached.includes(":") ? `[${reached}]` : reached;
    process.stdout.write(
      `ready: dial sip:${backend === "echo" ? "echo" : "bot"}@${host}:${port}\n`,
    );
    await signals.first;
    await Promise.race([phone.drain(), signals.second]);
    await phone.stop();
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

/** The first and the second SIGTERM or SIGINT. */
function listenForSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let count = 0;
  const onSignal = () => (count++ === 0 ? first : second).resolve();
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return { first: first.promise, second: second.promise };
}

async function configureLog(lowestLevel: LogLevel): Promise<void> {
  const format = process.stderr.isTTY ? getAnsiColorFormatter() : getTextFormatter();
  await configure({
    sinks: { stderr: (record: LogRecord) => void process.stderr.write(format(record)) },
    loggers: [
      { category: "sofia-phone", sinks: ["stderr"], lowestLevel },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
    ],
  });
}
