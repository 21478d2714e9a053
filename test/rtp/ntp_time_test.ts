import { expect, test } from "bun:test";
import { middleBits, ntpTime } from "../../src/rtp/ntp_time.ts";

test("ntpTime counts from 1900", () => {
  expect(ntpTime(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
  expect(ntpTime(500)).toEqual({ seconds: 2_208_988_800, fraction: 2 ** 31 });
  // 7 February 2036, 06:28:16 UTC: the seconds start over.
  expect(ntpTime(Date.UTC(2036, 1, 7, 6, 28, 16))).toEqual({ seconds: 0, fraction: 0 });
});

test("ntpTime carries a fraction that rounds up to a second", () => {
  expect(ntpTime(1000 - 1e-11)).toEqual({ seconds: 2_208_988_801, fraction: 0 });
});

test("middleBits are the lower half of the seconds and the upper half of the fraction", () => {
  expect(middleBits({ seconds: 0x1234_5678, fraction: 0x9abc_def0 })).toBe(0x5678_9abc);
  expect(middleBits({ seconds: 0xffff_ffff, fraction: 0xffff_ffff })).toBe(0xffff_ffff);
});
