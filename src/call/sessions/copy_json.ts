/** What can be written down and read again as it was. */

import type { JsonValue } from "../../backend/mod.ts";

/** A value and its length as text. */
export interface JsonCopy {
  /** A copy of its own: what is changed in the original later is not changed in it. */
  readonly value: JsonValue;
  /** Characters of its text. */
  readonly length: number;
}

/**
 * A copy of `value` that is the same after it was written and read.
 *
 * @throws {TypeError} for what would not be: a function, a date, a NaN, undefined in a list...
 */
export function copyJson(value: unknown): JsonCopy {
  requireJson(value, []);
  const text = JSON.stringify(value);
  return { value: JSON.parse(text) as JsonValue, length: text.length };
}

function requireJson(value: unknown, above: readonly unknown[]): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (typeof value !== "object") throw notJson(String(value));
  if (above.includes(value)) throw notJson("a ring of objects");
  const within = [...above, value];
  if (Array.isArray(value)) return value.forEach((entry) => requireJson(entry, within));
  const { constructor: made } = value;
  if (made !== undefined && made !== Object) throw notJson(`a ${made.name}`);
  for (const entry of Object.values(value)) requireJson(entry, within);
}

function notJson(what: string): TypeError {
  return new TypeError(`Cannot keep a value as it has to be one of JSON: current value is ${what}`);
}
