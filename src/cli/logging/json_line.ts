/** Messages as lines of JSON, for programs that gather them. */

import { inspect } from "node:util";
import type { LogRecord } from "@logtape/logtape";
import { visibleText } from "./visible_text.ts";

/**
 * A message as a line of JSON, whose names stay what they are:
 *
 * `time` (ISO 8601, UTC), `level` (`debug`, `info`, `warning`, `error`, `fatal`), `logger` (its category,
 * with dots), `message` (as a person reads it); `call` and `turn` where it belongs to one; and in
 * `properties` what the message was made of.
 */
export function jsonLine(record: LogRecord): string {
  const { timestamp, level, category, properties } = record;
  const { call, turn, ...others } = properties;
  const line = {
    time: new Date(timestamp).toISOString(),
    level,
    logger: category.join("."),
    message: messageOf(record),
    call,
    turn,
    properties: Object.keys(others).length === 0 ? undefined : others,
  };
  try {
    return `${visibleText(JSON.stringify(line, plain))}\n`;
  } catch {
    // A value that holds itself.
    return `${visibleText(JSON.stringify({ ...line, properties: inspect(others) }))}\n`;
  }
}

/** The message with its values, texts as they are. */
function messageOf({ message }: LogRecord): string {
  return message.map((part) => {
    if (typeof part === "string") return part;
    return part instanceof Error ? `${part.name}: ${part.message}` : inspect(part, { depth: 3 });
  }).join("");
}

/** What JSON has no way to say. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return { ...value, name, message, stack, cause };
  }
  if (value instanceof Map || value instanceof Set) return [...value];
  return typeof value === "bigint" ? String(value) : value;
}
