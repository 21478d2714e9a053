/** From the options of the log to where messages go. */

import { AsyncLocalStorage } from "node:async_hooks";
import {
  configure,
  getAnsiColorFormatter,
  getTextFormatter,
  type LogRecord,
  type Sink,
  type TextFormatter,
  type TextFormatterOptions,
} from "@logtape/logtape";
import { type Clock, wallClock } from "../../clock/mod.ts";
import type { LogSettings } from "../configuration/options/logs.ts";
import { jsonLine } from "./json_line.ts";
import { LogFile } from "./log_file.ts";
import type { IsKnownNumber } from "./mask_text.ts";
import { maskRecord } from "./mask_record.ts";
import { visibleLines, visibleText } from "./visible_text.ts";

/** Standard error, as far as a log needs it. */
export interface Stderr {
  /** Whether a person reads it. */
  readonly isTTY?: boolean;
  /** Adds to it. */
  write(text: string): unknown;
  /** Listens for errors: one that nobody listens for ends the process. */
  on(name: "error", listener: () => void): unknown;
}

/** What the log is made of. */
export interface LoggingContext {
  /** Where messages go that no file takes. */
  readonly stderr: Stderr;
  /** Time. */
  readonly clock: Clock;
  /** Short numbers that are somebody's. @default none is */
  readonly isKnown?: IsKnownNumber;
}

/** A log that was set up. */
export interface Logging {
  /** Writes what waits. The file is opened by its name anew. */
  flush(): Promise<void>;
}

/**
 * Sets up LogTape for the whole process: our messages and those of a bot, masked unless it was said
 * otherwise.
 *
 * A message tells its call by a property, `call`. It is not carried by `withContext`, as the sound of
 * all calls is moved by one ticker and what comes from sockets belongs to nobody yet, so that what would
 * be carried would often be another call's. A bot may use `withContext` in its own steps: who does not
 * use it pays nothing.
 */
export async function configureLogging(
  settings: LogSettings,
  { stderr, clock, isKnown }: LoggingContext,
): Promise<Logging> {
  const { logLevel, logFile, logRotateBytes, logRotateFiles, logUnmasked } = settings;
  const format = formatterOf(settings, stderr);
  // Whoever read it has gone, or the disk behind it is full: calls go on.
  stderr.on("error", () => {});
  const toStderr = (record: LogRecord): void => void stderr.write(format(record));
  const meta = (record: LogRecord): void => toStderr(maskRecord(record));
  const file = logFile === undefined ? undefined : new LogFile({
    path: logFile,
    clock,
    rotateBytes: logRotateBytes === "off" ? undefined : logRotateBytes,
    rotateFiles: logRotateFiles,
    lossLine: (lines) => format(lossRecord(lines)),
    onError: (error) => void stderr.write(`${error.message}\n`),
  });
  const write: Sink = file === undefined ? toStderr : (record) => file.write(format(record));
  const log: Sink = logUnmasked ? write : (record) => write(maskRecord(record, isKnown));
  await configure({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { log, meta },
    loggers: [
      { category: [], sinks: ["log"], lowestLevel: logLevel },
      // What is wrong with the log itself cannot be told by it.
      {
        category: ["logtape", "meta"],
        sinks: ["meta"],
        lowestLevel: "warning",
        parentSinks: "override",
      },
    ],
  });
  return { flush: async () => await file?.flush() };
}

function formatterOf({ jsonLogs, logFile }: LogSettings, { isTTY }: Stderr): TextFormatter {
  const isJson = jsonLogs === "auto" ? isTTY !== true : jsonLogs;
  if (isJson) return jsonLine;
  const options: TextFormatterOptions = {
    timestamp: "rfc3339",
    value: (value, inspect) =>
      typeof value === "string" ? visibleText(value) : visibleLines(inspect(value)),
  };
  const format = isTTY && logFile === undefined
    ? getAnsiColorFormatter(options)
    : getTextFormatter(options);
  // Many put what somebody says into the message itself.
  return (record) => format({ ...record, message: record.message.map(visiblePart) });
}

function visiblePart(part: unknown, index: number): unknown {
  return index % 2 === 0 ? visibleText(String(part)) : part;
}

function lossRecord(lines: number): LogRecord {
  const rawMessage = `${lines} messages before this one were lost`;
  return {
    category: ["sofia-phone", "log"],
    level: "warning",
    timestamp: wallClock(),
    rawMessage,
    message: [rawMessage],
    properties: { lines },
  };
}
