/** From flags and environment to what the phone is started with. */

import { parseArgs } from "node:util";
import * as v from "valibot";
import type { BargeInOptions } from "../turn/mod.ts";
import type { DetectorName } from "../vad/mod.ts";

/** What the command line can be told. */
export interface Configuration {
  /** `echo`, `loopback`, `mock`, or the path of a module whose default export is a backend. */
  readonly backend: string;
  /** The address to take calls on. */
  readonly sipHost: string;
  /** The port to take calls on, UDP and TCP. */
  readonly sipPort: number;
  /** The address callers are told to send to, where it is not {@link sipHost}. */
  readonly advertisedHost: string | undefined;
  /** The first port for sound. */
  readonly rtpStartPort: number;
  /** The last port for sound. */
  readonly rtpEndPort: number;
  /** Calls at a time; one more is told to come back later. */
  readonly maxCalls: number;
  /** How long live calls may go on after SIGTERM, in ms. */
  readonly drainMs: number;
  /** What finds the voices of callers. */
  readonly detector: DetectorName;
  /** What a voice over the agent's does. */
  readonly bargeIn: BargeInMode;
  /** Whether keys are heard in the sound of calls, too. */
  readonly inbandDtmf: "on" | "off";
  /** The file that a record of each call is added to; undefined for none. */
  readonly callRecords: string | undefined;
  /** The folder that each call is recorded into; undefined for none. */
  readonly recordings: string | undefined;
  /** The folder that live calls are written to, for the next process; undefined for none. */
  readonly sessions: string | undefined;
  /** How long the start waits for a port that the process before still has, in ms. */
  readonly takeOverMs: number;
  /** The host of FreeSWITCH's event socket. */
  readonly eslHost: string;
  /** Its port. */
  readonly eslPort: number;
  /** Its password; undefined for no event socket. */
  readonly eslPassword: string | undefined;
  /** The least severe messages that are written to standard error. */
  readonly logLevel: LogLevel;
  /** Show the options and exit. */
  readonly help: boolean;
}

/** What a voice over the agent's does. */
export type BargeInMode = NonNullable<BargeInOptions["mode"]>;

/** How severe a message is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** A flag or a variable has a value that it cannot have. */
export class ConfigurationError extends Error {
  /** Tells it from other errors in a log. */
  override readonly name = "ConfigurationError";
}

interface Option {
  readonly flag: string;
  readonly variable: string;
  readonly fallback: string | undefined;
  readonly what: string;
  readonly rule: string;
  readonly schema: v.GenericSchema<string, string | number>;
}

const whole = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/),
    v.transform(Number),
    v.minValue(least),
    v.maxValue(most),
  );

const address = v.pipe(v.string(), v.ip());

const OPTIONS = {
  backend: {
    flag: "backend",
    variable: "SOFIA_PHONE_BACKEND",
    fallback: "echo",
    what: "who answers",
    rule: "echo, loopback, mock, or the path of a module whose default export is a backend",
    schema: v.pipe(v.string(), v.minLength(1)),
  },
  sipHost: {
    flag: "sip-host",
    variable: "SOFIA_PHONE_SIP_HOST",
    fallback: "127.0.0.1",
    what: "address to take calls on",
    rule: "an IP address of this machine, or 0.0.0.0 for all",
    schema: address,
  },
  sipPort: {
    flag: "sip-port",
    variable: "SOFIA_PHONE_SIP_PORT",
    fallback: "5070",
    what: "port to take calls on, UDP and TCP",
    rule: "a whole number of 0 (any free one) to 65535",
    schema: whole(0, 65_535),
  },
  advertisedHost: {
    flag: "advertised-host",
    variable: "SOFIA_PHONE_ADVERTISED_HOST",
    fallback: undefined,
    what: "address callers are told, behind NAT or with 0.0.0.0",
    rule: "an IP address",
    schema: address,
  },
  rtpStartPort: {
    flag: "rtp-start-port",
    variable: "SOFIA_PHONE_RTP_START_PORT",
    fallback: "10000",
    what: "first port for sound",
    rule: "a whole number of 1024 to 65535",
    schema: whole(1024, 65_535),
  },
  rtpEndPort: {
    flag: "rtp-end-port",
    variable: "SOFIA_PHONE_RTP_END_PORT",
    fallback: "14999",
    what: "last port for sound; each call takes two",
    rule: "a whole number of 1024 to 65535",
    schema: whole(1024, 65_535),
  },
  maxCalls: {
    flag: "max-calls",
    variable: "SOFIA_PHONE_MAX_CALLS",
    fallback: "300",
    what: "calls at a time; one more gets 486 with Retry-After",
    rule: "a whole number of 1 to 10000",
    schema: whole(1, 10_000),
  },
  drainMs: {
    flag: "drain-ms",
    variable: "SOFIA_PHONE_DRAIN_MS",
    fallback: "30000",
    what: "how long live calls may go on after SIGTERM, in ms",
    rule: "a whole number of 0 to 86400000",
    schema: whole(0, 86_400_000),
  },
  detector: {
    flag: "detector",
    variable: "SOFIA_PHONE_DETECTOR",
    fallback: "auto",
    what: "what finds the voices of callers; auto is the best that is installed",
    rule: "auto, silero, fvad or energy",
    schema: v.picklist(["auto", "silero", "fvad", "energy"]),
  },
  bargeIn: {
    flag: "barge-in",
    variable: "SOFIA_PHONE_BARGE_IN",
    fallback: "duck",
    what: "what a caller does who speaks over the agent: lower it and decide, stop it, or nothing",
    rule: "duck, immediate or off",
    schema: v.picklist(["duck", "immediate", "off"]),
  },
  inbandDtmf: {
    flag: "inband-dtmf",
    variable: "SOFIA_PHONE_INBAND_DTMF",
    fallback: "off",
    what: "whether keys are heard in the sound, too, for lines that send neither RFC 4733 nor INFO",
    rule: "on or off",
    schema: v.picklist(["on", "off"]),
  },
  callRecords: {
    flag: "call-records",
    variable: "SOFIA_PHONE_CALL_RECORDS",
    fallback: undefined,
    what: "file that gets a line of JSON for each call",
    rule: "the path of a file",
    schema: v.pipe(v.string(), v.minLength(1)),
  },
  recordings: {
    flag: "recordings",
    variable: "SOFIA_PHONE_RECORDINGS",
    fallback: undefined,
    what: "folder that each call is recorded into",
    rule: "the path of a folder",
    schema: v.pipe(v.string(), v.minLength(1)),
  },
  sessions: {
    flag: "sessions",
    variable: "SOFIA_PHONE_SESSIONS",
    fallback: undefined,
    what: "folder that live calls are written to, so that the next process can go on with them",
    rule: "the path of a folder",
    schema: v.pipe(v.string(), v.minLength(1)),
  },
  takeOverMs: {
    flag: "take-over-ms",
    variable: "SOFIA_PHONE_TAKE_OVER_MS",
    fallback: "0",
    what: "how long to wait at the start for the port of a process that is about to end, in ms",
    rule: "a whole number of 0 to 86400000",
    schema: whole(0, 86_400_000),
  },
  eslHost: {
    flag: "esl-host",
    variable: "SOFIA_PHONE_ESL_HOST",
    fallback: "127.0.0.1",
    what: "where FreeSWITCH's event socket is; transfers and more need it",
    rule: "a host or an address",
    schema: v.pipe(v.string(), v.regex(/^[\w.:-]+$/)),
  },
  eslPort: {
    flag: "esl-port",
    variable: "SOFIA_PHONE_ESL_PORT",
    fallback: "8021",
    what: "its port",
    rule: "a whole number of 1 to 65535",
    schema: whole(1, 65_535),
  },
  logLevel: {
    flag: "log-level",
    variable: "SOFIA_PHONE_LOG_LEVEL",
    fallback: "info",
    what: "least severe messages to write",
    rule: "debug, info, warning or error",
    schema: v.picklist(["debug", "info", "warning", "error"]),
  },
} satisfies Record<string, Option>;

/** Not a flag, as every user of a machine can read the flags of its programs. */
export const ESL_PASSWORD = "SOFIA_PHONE_ESL_PASSWORD";

/** The options as `--help` shows them. */
export const USAGE: string = `sofia-phone: answers the phone and hands the call to a voice backend.

Usage: bun run mod.ts [options]     or: deno run -A mod.ts [options]
       with doctor in front of the options: finds out what is wrong with FreeSWITCH

${
  Object.values<Option>(OPTIONS).map(({ flag, variable, what, rule, fallback }) =>
    `  --${flag} (${variable})\n      ${what}: ${rule}${fallback ? ` [${fallback}]` : ""}`
  ).join("\n")
}
  ${ESL_PASSWORD}
      its password, in the environment only; without it there is no event socket
  --help
      this text`;

/**
 * Reads the configuration; a flag wins over its variable, an empty variable is none.
 *
 * @throws {ConfigurationError} for an option that is unknown or has a value it cannot have; the
 * message is one sentence that says what to change
 */
export function readConfiguration(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Configuration {
  const flags = readFlags(args);
  const values: Record<string, string | number | undefined> = {};
  for (const [key, option] of Object.entries<Option>(OPTIONS)) {
    values[key] = readOption(option, flags[option.flag], environment[option.variable]);
  }
  const configuration = {
    ...values,
    eslPassword: environment[ESL_PASSWORD] || undefined,
    help: flags.help === true,
  } as unknown as Configuration;
  checkPorts(configuration);
  checkAdvertisedHost(configuration);
  return configuration;
}

function readFlags(args: readonly string[]): Record<string, string | boolean | undefined> {
  const options: Record<string, { type: "string" | "boolean" }> = { help: { type: "boolean" } };
  for (const { flag } of Object.values<Option>(OPTIONS)) options[flag] = { type: "string" };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as ReturnType<
      typeof readFlags
    >;
  } catch (cause) {
    const { message } = cause as Error;
    const known = Object.keys(options).map((flag) => `--${flag}`).join(", ");
    throw new ConfigurationError(
      `Cannot read the command line as the options are ${known}: ${message.split(/\. |\n/)[0]}`,
      { cause },
    );
  }
}

function readOption(
  { flag, variable, fallback, rule, schema }: Option,
  fromFlag: string | boolean | undefined,
  fromEnvironment: string | undefined,
): string | number | undefined {
  const text = (typeof fromFlag === "string" ? fromFlag : undefined) ||
    fromEnvironment || fallback;
  if (text === undefined) return undefined;
  const result = v.safeParse(schema, text);
  if (result.success) return result.output;
  throw new ConfigurationError(
    `Cannot start as --${flag} (${variable}) is ${rule}: current value is ${JSON.stringify(text)}`,
  );
}

function checkPorts({ rtpStartPort, rtpEndPort }: Configuration): void {
  if (rtpEndPort > rtpStartPort) return;
  throw new ConfigurationError(
    `Cannot start as --rtp-end-port (SOFIA_PHONE_RTP_END_PORT) is above --rtp-start-port ` +
      `(SOFIA_PHONE_RTP_START_PORT), ${rtpStartPort}: current value is ${rtpEndPort}`,
  );
}

function checkAdvertisedHost({ sipHost, advertisedHost }: Configuration): void {
  if (advertisedHost !== undefined || (sipHost !== "0.0.0.0" && sipHost !== "::")) return;
  throw new ConfigurationError(
    `Cannot start as --advertised-host (SOFIA_PHONE_ADVERTISED_HOST) is needed where --sip-host ` +
      `is ${sipHost}: name the address that callers reach this machine by`,
  );
}
