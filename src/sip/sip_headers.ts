/** The header fields of a SIP message, RFC 3261 section 7.3. */

const CANONICAL: Record<string, string> = {};

/** Header fields in their order, by name in any case, long or compact. */
export class SipHeaders {
  readonly #fields: [name: string, value: string][] = [];

  /** The first value of a field, or undefined. */
  get(name: string): string | undefined {
    const key = canonical(name);
    return this.#fields.find(([field]) => field === key)?.[1];
  }

  /** All values of a field in order, one for each line. */
  getAll(name: string): string[] {
    const key = canonical(name);
    return this.#fields.filter(([field]) => field === key).map(([, value]) => value);
  }

  /** Adds a value after those there are. */
  append(name: string, value: string): this {
    this.#fields.push([canonical(name), value]);
    return this;
  }

  /** Puts a value before those there are. */
  prepend(name: string, value: string): this {
    this.#fields.unshift([canonical(name), value]);
    return this;
  }

  /** Replaces all values of a field by one. */
  set(name: string, value: string): this {
    return this.delete(name).append(name, value);
  }

  /** Removes a field. */
  delete(name: string): this {
    const key = canonical(name);
    for (let i = this.#fields.length - 1; i >= 0; i--) {
      if (this.#fields[i][0] === key) this.#fields.splice(i, 1);
    }
    return this;
  }

  /** All fields in order. */
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.#fields[Symbol.iterator]();
  }
}

function canonical(name: string): string {
  return CANONICAL[name.toLowerCase()] ?? name;
}
