/** What an application notes of a call. */

/** A value of JSON. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** How a value is kept. */
export interface MemoryOptions {
  /**
   * Whether it is written to the store, and so is there after a restart. Say false for what nobody may
   * read later: a card number, a PIN.
   * @default true
   */
  readonly persist?: boolean;
}

/** Values by name, for as long as the call lives: also in the next process, if this one dies in it. */
export interface CallMemory {
  /** The value of a name; undefined if there is none. It is not to be changed: set another. */
  get<T = JsonValue>(name: string): T | undefined;
  /**
   * Keeps a copy of a value.
   *
   * @throws {TypeError} for what is no value of JSON
   * @throws {RangeError} when all values of the call together are longer than 65,536 characters
   */
  set(name: string, value: JsonValue, options?: MemoryOptions): void;
  /** Forgets a value. False if there was none. */
  delete(name: string): boolean;
  /** The names that have values. */
  readonly names: readonly string[];
}
