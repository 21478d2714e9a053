import { describe, expect, test } from "bun:test";
import { nearestName } from "../../../src/cli/configuration/nearest_name.ts";

describe("nearestName", () => {
  test.each([
    ["--sip-prot", "--sip-port"],
    ["--sipport", "--sip-port"],
    ["--max-cals", "--max-calls"],
    ["--MAX-CALLS", "--max-calls"],
    ["--something-else", undefined],
    ["", undefined],
  ])("is told for %j: %j", (said, meant) => {
    expect(nearestName(said, ["--max-calls", "--sip-host", "--sip-port"])).toBe(meant);
  });

  test("is the nearer of two", () => {
    expect(nearestName("--sip-hort", ["--sip-port", "--sip-host"])).toBe("--sip-port");
    expect(nearestName("--sip-hosts", ["--sip-port", "--sip-host"])).toBe("--sip-host");
  });
});
