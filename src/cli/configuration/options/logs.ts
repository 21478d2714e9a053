/** What is written to the log, how and where. */

import type { OptionTable } from "../option.ts";
import { choice, onOff, onOffAuto, text, whole, wholeOrOff } from "../option_kinds.ts";

/** How severe a message is. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** What is written to the log. */
export interface LogSettings {
  /** The least severe messages that are written. */
  readonly logLevel: LogLevel;
  /** The file they are written to; undefined for standard error. */
  readonly logFile: string | undefined;
  /** How large it may become before a new one is begun, in bytes; `off` for any size. */
  readonly logRotateBytes: number | "off";
  /** How many old ones are kept. */
  readonly logRotateFiles: number;
  /** Lines of JSON; `auto` unless standard error is a terminal. */
  readonly jsonLogs: boolean | "auto";
  /** Show telephone numbers, keys and words as they are. */
  readonly logUnmasked: boolean;
}

/** Their table. */
export const logs: OptionTable<LogSettings> = {
  logLevel: {
    ...choice("debug", "info", "warning", "error"),
    fallback: "info",
    what: "least severe messages to write",
  },
  logFile: {
    ...text("the path of a file"),
    what: "file that messages are written to, in the place of standard error; SIGHUP opens it anew",
  },
  logRotateBytes: {
    ...wholeOrOff(10_000, 1_000_000_000_000),
    fallback: 10_000_000,
    what: "size at which a new log file is begun, in bytes",
  },
  logRotateFiles: {
    ...whole(1, 1000),
    fallback: 5,
    what: "how many old log files are kept",
  },
  jsonLogs: {
    ...onOffAuto(),
    fallback: "auto",
    what: "whether messages are lines of JSON; auto: unless standard error is a terminal",
  },
  logUnmasked: {
    ...onOff(),
    fallback: false,
    what: "whether telephone numbers, keys and words are shown in messages",
  },
};
