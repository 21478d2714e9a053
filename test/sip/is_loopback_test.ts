import { describe, expect, test } from "bun:test";
import { isLoopback } from "../../src/sip/mod.ts";

describe("isLoopback", () => {
  test.each([
    ["127.0.0.1", true],
    ["127.8.9.1", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["0.0.0.0", false],
    ["::", false],
    ["10.127.0.1", false],
    ["LocalHost", true],
    ["localhost.example.org", false],
    ["127.0.0.1.example.org", false],
    ["127.1", false],
    ["", false],
  ])("of %s is %j", (address, is) => {
    expect(isLoopback(address)).toBe(is);
  });
});
