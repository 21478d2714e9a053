import { expect, test } from "bun:test";
import { isReachable, sameRtpAddress } from "../../src/rtp/rtp_address.ts";

test.each([
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.1", "192.0.2.10", false],
  ["::ffff:192.0.2.1", "192.0.2.1", true],
  ["::FFFF:192.0.2.1", "192.0.2.1", true],
  ["2001:DB8::1", "2001:db8:0:0:0:0:0:1", true],
  ["2001:db8::1", "2001:db8::2", false],
  ["fe80::1%eth0", "fe80::1", true],
  ["not:an:address", "NOT:an:address", true],
  ["Host.example", "host.example", true],
  ["::1", "127.0.0.1", false],
])("sameRtpAddress compares %s and %s", (one, other, same) => {
  expect(sameRtpAddress({ address: one, port: 9 }, { address: other, port: 9 })).toBe(same);
  expect(sameRtpAddress({ address: one, port: 9 }, { address: other, port: 8 })).toBe(false);
});

test.each([
  ["192.0.2.1", 4000, true],
  ["192.0.2.1", 0, false],
  ["192.0.2.1", 65536, false],
  ["0.0.0.0", 4000, false],
  ["::", 4000, false],
  ["0:0:0:0:0:0:0:0", 4000, false],
  ["", 4000, false],
])("isReachable judges %s port %d", (address, port, reachable) => {
  expect(isReachable({ address, port })).toBe(reachable);
});
