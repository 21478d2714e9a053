/** When a process is too busy for one more call. */

/** How a phone judges by its own ticks whether it can take a call. */
export interface AdmissionOptions {
  /**
   * How late a tick may come before it counts as late, in ms. One that is later than the time to the next
   * is passed over, and with it 20 ms of the sound of each call.
   * @default 20
   */
  readonly maxLatenessMs?: number;
  /**
   * The share of late ticks, above 0 to 1, from which on calls are refused. They are taken again when
   * less than half of that share is later than half of the time.
   * @default 0.2
   */
  readonly maxLateShare?: number;
  /**
   * The time that is looked back on, in ms. A pause of up to this times the share, by the collector of
   * garbage or anything else that is over at once, refuses nobody.
   * @default 5000
   */
  readonly windowMs?: number;
}

/** What holds where nothing is said. */
export const DEFAULT_ADMISSION: Required<AdmissionOptions> = {
  maxLatenessMs: 20,
  maxLateShare: 0.2,
  windowMs: 5000,
};

/**
 * Does nothing for options that can work.
 *
 * @throws {RangeError} for others; it says what to change
 */
export function checkAdmission(options: Required<AdmissionOptions>): void {
  const { maxLatenessMs, maxLateShare, windowMs } = options;
  const fail = (rule: string, value: number): never => {
    throw new RangeError(`Cannot judge the load as ${rule}: current value is ${value}`);
  };
  if (!(maxLatenessMs > 0)) fail("maxLatenessMs is above 0", maxLatenessMs);
  if (!(maxLateShare > 0 && maxLateShare <= 1)) {
    fail("maxLateShare is above 0 and up to 1", maxLateShare);
  }
  if (!(windowMs >= 100 && windowMs <= 600_000)) {
    fail("windowMs is 100 to 600000", windowMs);
  }
}
