/** Checks of the numbers that users give. */

/** @throws {RangeError} unless `value` is a whole number above 0 */
export function requireWhole(name: string, value: number): void {
  check(Number.isInteger(value) && value >= 1, name, "a whole number above 0", value);
}

/** @throws {RangeError} unless `value` is a time that ends */
export function requireMs(name: string, value: number): void {
  check(value > 0 && value < Infinity, name, "a number of ms above 0", value);
}

/** @throws {RangeError} unless `value` is a time that ends, or none */
export function requireWaitMs(name: string, value: number): void {
  check(value >= 0 && value < Infinity, name, "a number of ms, 0 or above", value);
}

/** @throws {RangeError} unless `value` is a share of 1 */
export function requireFraction(name: string, value: number): void {
  check(value >= 0 && value <= 1, name, "from 0 to 1", value);
}

/** @throws {RangeError} unless `value` is a number above 0, which may be without end */
export function requireLimit(name: string, value: number): void {
  check(value > 0, name, "a number above 0", value);
}

function check(isRight: boolean, name: string, rule: string, value: unknown): void {
  // "500" is above 0 as well, and "500" + 200 is no time.
  if (isRight && typeof value === "number") return;
  throw new RangeError(
    `Cannot guard a backend as ${name} must be ${rule}: current value is ${value}`,
  );
}
