/** The header fields of a SIP message, RFC 3261 section 7.3. */

import { type HeaderName, headerName } from "./header_names.ts";

interface Field {
  readonly header: HeaderName;
  readonly value: string;
}

/**
 * Header fields in their order, by name in any case, long or compact.
 *
 * Values are kept as they were written; a line that holds several, parted by commas, is one value
 * here (see `splitList`).
 *
 * ```ts
 * import { SipHeaders } from "@sofia/phone/sip";
 * import assert from "node:assert/strict";
 *
 * const headers = new SipHeaders([["v", "SIP/2.0/UDP 192.0.2.1"], ["i", "a84b4c76e66710"]]);
 * assert.equal(headers.get("call-id"), "a84b4c76e66710");
 * assert.deepEqual([...headers][0], ["Via", "SIP/2.0/UDP 192.0.2.1"]);
 * ```
 */
export class SipHeaders {
  readonly #fields: Field[] = [];

  /**
   * A list of fields.
   *
   * @param fields what to start with, in order
   */
  constructor(fields: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of fields) this.append(name, value);
  }

  /** How many fields there are. */
  get size(): number {
    return this.#fields.length;
  }

  /** True when there is at least one value of a field. */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The first value of a field, or undefined. */
  get(name: string): string | undefined {
    const { key } = headerName(name);
    const fields = this.#fields;
    for (let i = 0; i < fields.length; i++) {
      if (fields[i].header.key === key) return fields[i].value;
    }
    return undefined;
  }

  /** All values of a field in order, one for each line. */
  getAll(name: string): string[] {
    const { key } = headerName(name);
    const values: string[] = [];
    for (const field of this.#fields) {
      if (field.header.key === key) values.push(field.value);
    }
    return values;
  }

  /** Adds a value after those there are. */
  append(name: string, value: string): this {
    this.#fields.push({ header: headerName(name), value });
    return this;
  }

  /** Puts a value before those there are. */
  prepend(name: string, value: string): this {
    this.#fields.unshift({ header: headerName(name), value });
    return this;
  }

  /** Replaces all values of a field by one, which stands where the first stood. */
  set(name: string, value: string): this {
    const header = headerName(name);
    const first = this.#fields.findIndex((field) => field.header.key === header.key);
    if (first === -1) return this.append(name, value);
    this.#fields[first] = { header, value };
    this.#remove(header.key, first + 1);
    return this;
  }

  /** Removes a field. */
  delete(name: string): this {
    this.#remove(headerName(name).key, 0);
    return this;
  }

  /** The name of a field that stands more than once and must not, or undefined. */
  duplicate(): string | undefined {
    let seen = 0;
    for (const { header } of this.#fields) {
      if ((seen & header.single) !== 0) return header.name;
      seen |= header.single;
    }
    return undefined;
  }

  /** All fields in order, by their long name. */
  *[Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    for (const { header, value } of this.#fields) yield [header.name, value];
  }

  #remove(key: string, from: number): void {
    for (let i = this.#fields.length - 1; i >= from; i--) {
      if (this.#fields[i].header.key === key) this.#fields.splice(i, 1);
    }
  }
}
