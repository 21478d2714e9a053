/** Messages as they may be read by whoever runs the phone. */

import type { LogRecord } from "@logtape/logtape";
import { type IsKnownNumber, maskText } from "./mask_text.ts";
import { maskValue } from "./mask_value.ts";

/**
 * The record with telephone numbers, users of SIP addresses, keys and what was said taken out of its
 * message and its properties alike, whatever its category is.
 */
export function maskRecord(record: LogRecord, isKnown?: IsKnownNumber): LogRecord {
  const { category, level, timestamp, rawMessage, message, properties } = record;
  const names = typeof rawMessage === "string" ? namesIn(rawMessage) : [];
  const isTold = names.length === (message.length - 1) / 2;
  return {
    ...{ category, level, timestamp },
    rawMessage: typeof rawMessage === "string" ? maskText(rawMessage, isKnown) : rawMessage,
    message: message.map((part, index) =>
      index % 2 === 0
        ? maskText(String(part), isKnown)
        : maskValue(isTold ? names[(index - 1) / 2] : "", part, isKnown)
    ),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, maskValue(name, value, isKnown)]),
    ),
  };
}

/** The names of the properties in a message: `{from}` is `from`, `{call.id}` is `id`, `{{x}}` is none. */
function namesIn(message: string): string[] {
  return [...message.replace(/\{\{|\}\}/g, "").matchAll(/\{([^{}]*)\}/g)].map(([, name]) =>
    name.trim()
  );
}
