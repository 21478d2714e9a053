/** Rows of one column for `test.each`, which spreads its rows: a bare string would be letters. */
export function rows<T>(...values: readonly T[]): [value: T][] {
  return values.map((value) => [value]);
}
