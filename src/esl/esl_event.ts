/** An event of FreeSWITCH, whichever way it was written. */

import { decodePercent } from "./lenient_text.ts";

/** Where an event's fields are: each value as it came. */
export interface EslFields {
  /** The value of a field; undefined when there is none. */
  get(name: string): string | readonly string[] | undefined;
  /** The names of all fields. */
  names(): Iterable<string>;
  /** What comes after the fields. */
  readonly body: string;
}

/**
 * Something happened in FreeSWITCH. No accessor throws: what is not there is undefined.
 *
 * @example
 * ```ts
 * import { EslEvent, parsePlainEvent } from "@sofia/phone/esl";
 * import assert from "node:assert/strict";
 *
 * const text = "Event-Name: CHANNEL_PARK\nUnique-ID: 7\nvariable_name: 100%25%20Zo%C3%AB\n\n";
 * const event = new EslEvent(parsePlainEvent(new TextEncoder().encode(text)));
 * assert.equal(event.name, "CHANNEL_PARK");
 * assert.equal(event.variable("name"), "100% Zo\u00eb");
 * assert.equal(event.number("Hangup-Code"), undefined);
 * ```
 */
export class EslEvent {
  readonly #fields: EslFields;

  /** An event with these fields. */
  constructor(fields: EslFields) {
    this.#fields = fields;
  }

  /** What happened, such as `CHANNEL_ANSWER`; empty when it does not say. */
  get name(): string {
    return this.get("Event-Name") ?? "";
  }

  /** What kind of `CUSTOM` event it is, such as `sofia::register`. */
  get subclass(): string | undefined {
    return this.get("Event-Subclass");
  }

  /** The channel it happened to. */
  get uuid(): string | undefined {
    return this.get("Unique-ID");
  }

  /** When it happened, in milliseconds since 1970 by FreeSWITCH's clock. */
  get at(): number | undefined {
    return this.microseconds("Event-Date-Timestamp");
  }

  /** The body: a job's result, a message's text; empty when it has none. */
  get body(): string {
    return this.#fields.body;
  }

  /** A field, decoded; the first of its values when there are several. */
  get(name: string): string | undefined {
    return this.getAll(name)[0];
  }

  /** All values of a field, decoded. */
  getAll(name: string): readonly string[] {
    const value = this.#fields.get(name);
    if (value === undefined) return [];
    if (typeof value !== "string") return value;
    return value.startsWith("ARRAY::") ? value.slice(7).split("|:") : [value];
  }

  /** A variable of the channel. */
  variable(name: string): string | undefined {
    return this.get(`variable_${name}`);
  }

  /** A field that is a whole or decimal number. */
  number(name: string): number | undefined {
    const text = this.get(name);
    return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  }

  /** A field that is a time in microseconds since 1970, in milliseconds; 0 means it has not been. */
  microseconds(name: string): number | undefined {
    const time = this.number(name);
    return time ? time / 1000 : undefined;
  }

  /** The names of all fields. */
  names(): Iterable<string> {
    return this.#fields.names();
  }
}

/** The value of a field as plain events write it. */
export function plainValue(value: string | undefined): string | undefined {
  return value === undefined ? undefined : decodePercent(value);
}
