/** How calls outlive the process. */

import * as v from "valibot";
import type { OptionTable } from "../option.ts";
import { ipAddresses, text, whole } from "../option_kinds.ts";

/** How calls outlive the process. */
export interface SurvivalSettings {
  /** How long live calls may go on after SIGTERM, in ms. */
  readonly drainMs: number;
  /** The folder that live calls are written to, for the next process; undefined for none. */
  readonly sessions: string | undefined;
  /** The address of the Redis or Valkey they are written to in its place; undefined for none. */
  readonly callStore: string | undefined;
  /** Its password, where the address has none. */
  readonly callStorePassword: string | undefined;
  /** How long the start waits for a port that the process before still has, in ms. */
  readonly takeOverMs: number;
  /** How long a call that was cut off is waited for, in ms. */
  readonly resumeWithinMs: number;
  /** The addresses from where a call is believed that it goes on. */
  readonly trusted: readonly string[] | undefined;
}

const DAY_MS = 86_400_000;

/** Their table. */
export const survival: OptionTable<SurvivalSettings> = {
  drainMs: {
    ...whole(0, DAY_MS),
    fallback: 30_000,
    what: "how long live calls may go on after SIGTERM, in ms",
  },
  sessions: {
    ...text("the path of a folder"),
    what: "folder that live calls are written to, so that the next process can go on with them",
  },
  callStore: {
    rule: "redis://HOST:PORT, rediss://USER@HOST/DATABASE or unix:///PATH",
    schema: v.pipe(v.string(), v.url(), v.regex(/^(rediss?|unix):\/\//)),
    what:
      "Redis or Valkey that live calls are written to, in the place of a folder, for several machines",
    secretsIn: (value) => hasPassword(value) ? ["callStore"] : [],
    shown: hidePassword,
  },
  callStorePassword: {
    ...text("the password of the call store", /^[^\0\r\n]+$/),
    isSecret: true,
    what: "its password, where the address has none",
  },
  takeOverMs: {
    ...whole(0, DAY_MS),
    fallback: 0,
    what: "how long to wait at the start for the port of a process that is about to end, in ms",
  },
  resumeWithinMs: {
    ...whole(1, DAY_MS),
    fallback: 300_000,
    what: "how long a caller who was cut off is waited for, in ms",
  },
  trusted: {
    ...ipAddresses(),
    what:
      "addresses of FreeSWITCH that may say that a call goes on, where there is no event socket",
  },
};

/** Whether a value is an address with a password in it, as far as can be seen in one that is wrong. */
function hasPassword(value: unknown): boolean {
  return typeof value === "string" && /:[^/]*@|:\/\/[^/]*:[^/]*@|[?&]password=/.test(value);
}

/** The address with `***` for its password. */
function hidePassword(value: unknown): unknown {
  if (typeof value !== "string" || !hasPassword(value)) return value;
  const parsed = URL.parse(value);
  if (parsed === null || !parsed.password || parsed.search !== "") return "***";
  parsed.password = "***";
  return parsed.href;
}
