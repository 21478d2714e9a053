/** The two tones of each key, ITU-T Q.23. */

/** Hz of the rows of a telephone's keys, from the top. */
export const ROWS: readonly number[] = [697, 770, 852, 941];

/** Hz of the columns, from the left. */
export const COLUMNS: readonly number[] = [1209, 1336, 1477, 1633];

const KEYS = "123A456B789C*0#D";

/** The key in a row and a column, each counted from 0. */
export function keyAt(row: number, column: number): string {
  return KEYS[4 * row + column];
}

/**
 * The frequencies (Hz) that sound while a key is down: that of its row, that of its column.
 *
 * @throws {RangeError} for what is none of `0`-`9`, `*`, `#`, `A`-`D`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dtmfTones } from "@sofia/phone/tone";
 *
 * assert.deepEqual(dtmfTones("5"), [770, 1336]);
 * ```
 */
export function dtmfTones(digit: string): [row: number, column: number] {
  const index = digit.length === 1 ? KEYS.indexOf(digit.toUpperCase()) : -1;
  if (index < 0) {
    throw new RangeError(
      `Cannot sound a key as it is one of 0-9, *, #, A-D: current value is ${digit}`,
    );
  }
  return [ROWS[index >> 2], COLUMNS[index & 3]];
}
