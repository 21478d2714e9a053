/** The time of day as RTCP carries it, RFC 3550 section 4: 64 bits, in seconds since 1900. */
export interface NtpTime {
  /** Whole seconds since 1 January 1900 UTC, 32 bits. */
  readonly seconds: number;
  /** The rest in units of 2^-32 s. */
  readonly fraction: number;
}

const SECONDS_1900_TO_1970 = 2_208_988_800;
const UNITS = 0x1_0000_0000;

/** The NTP time of a moment in milliseconds since 1970. */
export function ntpTime(unixMs: number): NtpTime {
  const units = Math.round(unixMs % 1000 * UNITS / 1000);
  const carry = Math.floor(units / UNITS);
  return {
    seconds: (Math.floor(unixMs / 1000) + SECONDS_1900_TO_1970 + carry) % UNITS,
    fraction: units - carry * UNITS,
  };
}

/** The middle 32 bits, which name a sender report: units of 1/65,536 s, starting over in 18 hours. */
export function middleBits({ seconds, fraction }: NtpTime): number {
  return ((seconds & 0xffff) << 16 | fraction >>> 16) >>> 0;
}
