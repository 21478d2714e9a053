/** What `sofia-phone doctor` is told. */

import { parseArgs } from "node:util";
import * as v from "valibot";
import { ConfigurationError, ESL_PASSWORD } from "../configuration.ts";

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

const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/),
  v.transform(Number),
  v.minValue(1),
  v.maxValue(65_535),
);

const OPTIONS = {
  eslHost: {
    flag: "esl-host",
    variable: "SOFIA_PHONE_ESL_HOST",
    fallback: "127.0.0.1",
    rule: "a host or an address",
    what: "where FreeSWITCH's event socket is",
    schema: v.pipe(v.string(), v.regex(/^[\w.:-]+$/)),
  },
  eslPort: {
    flag: "esl-port",
    variable: "SOFIA_PHONE_ESL_PORT",
    fallback: "8021",
    rule: "a port",
    what: "its port",
    schema: port,
  },
  number: {
    flag: "number",
    variable: "SOFIA_PHONE_NUMBER",
    fallback: "7000",
    rule: "digits, with * # and + if wanted",
    what: "a number that reaches the phone",
    schema: v.pipe(v.string(), v.regex(/^[\d*#+]+$/)),
  },
  context: {
    flag: "context",
    variable: "SOFIA_PHONE_CONTEXT",
    fallback: undefined,
    rule: "the name of a context",
    what: "the context of the dialplan in which callers arrive",
    schema: v.pipe(v.string(), v.regex(/^[\w.-]+$/)),
  },
  sipHost: {
    flag: "sip-host",
    variable: "SOFIA_PHONE_SIP_HOST",
    fallback: "127.0.0.1",
    rule: "an IP address of this machine",
    what: "the address of this machine that FreeSWITCH sends to",
    schema: v.pipe(v.string(), v.ip()),
  },
  sipPort: {
    flag: "sip-port",
    variable: "SOFIA_PHONE_SIP_PORT",
    fallback: "5070",
    rule: "a port",
    what: "where the phone takes calls",
    schema: port,
  },
  rtpStartPort: {
    flag: "rtp-start-port",
    variable: "SOFIA_PHONE_RTP_START_PORT",
    fallback: "10000",
    rule: "a port",
    what: "the phone's first port for sound",
    schema: port,
  },
  rtpEndPort: {
    flag: "rtp-end-port",
    variable: "SOFIA_PHONE_RTP_END_PORT",
    fallback: "14999",
    rule: "a port",
    what: "the phone's last port for sound",
    schema: port,
  },
} as const;

/** The options as `doctor --help` shows them. */
export const DOCTOR_USAGE: string = `sofia-phone doctor: looks at FreeSWITCH from the phone's side,
calls through it, and says what to fix. The exit code is 0 when all works.

Usage: bun run mod.ts doctor [options]     or: deno run -A mod.ts doctor [options]

  ${ESL_PASSWORD}
      the password of FreeSWITCH's event socket, in the environment only
${
  Object.values(OPTIONS).map(({ flag, variable, what, fallback }) =>
    `  --${flag} (${variable})\n      ${what}${fallback === undefined ? "" : ` [${fallback}]`}`
  ).join("\n")
}
  --no-calls
      look only, and make no calls
  --help
      this text`;

/**
 * Reads the options; a flag wins over its variable, an empty variable is none.
 *
 * @throws {ConfigurationError} for an option that is unknown or has a value it cannot have
 */
export function readDoctorOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): DoctorOptions {
  const flags = readFlags(args);
  const values = Object.fromEntries(
    Object.entries(OPTIONS).map(([key, { flag, variable, fallback, rule, schema }]) => {
      const text = flags[flag] || environment[variable] || fallback;
      if (text === undefined) return [key, undefined];
      const result = v.safeParse(schema as v.GenericSchema<string, string | number>, text);
      if (result.success) return [key, result.output];
      throw new ConfigurationError(
        `Cannot look as --${flag} (${variable}) is ${rule}: current value is ${
          JSON.stringify(text)
        }`,
      );
    }),
  );
  return {
    ...values as unknown as DoctorOptions,
    password: environment[ESL_PASSWORD] ?? "",
    calls: flags["no-calls"] !== true,
    help: flags.help === true,
  };
}

function readFlags(args: readonly string[]): Readonly<Record<string, string | boolean>> {
  const options: Record<string, { type: "string" | "boolean" }> = {
    help: { type: "boolean" },
    "no-calls": { type: "boolean" },
  };
  for (const { flag } of Object.values(OPTIONS)) options[flag] = { type: "string" };
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Record<
      string,
      string | boolean
    >;
  } catch (cause) {
    const known = Object.keys(options).map((flag) => `--${flag}`).join(", ");
    throw new ConfigurationError(
      `Cannot read the command line as the options are ${known}: ` +
        (cause as Error).message.split(/\. |\n/)[0],
      { cause },
    );
  }
}
