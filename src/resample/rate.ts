/** Which rates can be resampled. */

/** @throws {RangeError} if `rate` is not a whole number of Hz from 8000 to 48000 */
export function checkRate(rate: number): void {
  if (Number.isInteger(rate) && rate >= 8000 && rate <= 48000) return;
  throw new RangeError(
    `Cannot resample as a rate must be a whole number of Hz from 8000 to 48000: current value is ${rate}`,
  );
}
