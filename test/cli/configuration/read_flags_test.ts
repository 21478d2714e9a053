import { describe, expect, test } from "bun:test";
import { readFlags } from "../../../src/cli/configuration/read_flags.ts";
import { OPTIONS } from "../../../src/cli/configuration/configuration.ts";

/** What was said, by option. */
function said(...args: readonly string[]): Readonly<Record<string, unknown>> {
  const { said, faults } = readFlags(args, OPTIONS);
  expect(faults).toEqual([]);
  return Object.fromEntries([...said].map(([name, { value }]) => [name, value]));
}

describe("readFlags", () => {
  test("reads a value behind the flag or after its =, and takes the last", () => {
    expect(said("--sip-port", "1", "--backend=a=b.ts", "--sip-port=2")).toEqual({
      sipPort: "2",
      backend: "a=b.ts",
    });
  });

  test("reads a switch that stands alone, at the end and before another flag", () => {
    expect(said("--metrics", "--twilio", "off", "--log-unmasked")).toEqual({
      metrics: "on",
      twilio: "off",
      logUnmasked: "on",
    });
  });

  test.each([
    [["--sip-prot", "5070"], "did you mean --sip-port?"],
    [["--sip-port"], "nothing follows it"],
    [["--sip-port", "--metrics"], "nothing follows it"],
    [["5070"], '"5070" has none before it'],
    [["-h"], '"-h" has none before it'],
    [["--trunks", "[]"], 'say it by "trunks" in the file of --config'],
    [["--constructor", "x"], "there is no option --constructor"],
  ])("refuses %j with what to do", (args, message) => {
    const { faults } = readFlags(args, OPTIONS);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
  });
});
