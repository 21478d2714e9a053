import { describe, expect, test } from "bun:test";
import { OPTION_GROUPS, OPTIONS } from "../../../src/cli/configuration/configuration.ts";
import { optionsDocument } from "../../../src/cli/configuration/options_document.ts";
import { canBeSaid, flagOf, variableOf } from "../../../src/cli/configuration/option.ts";
import { usageOf } from "../../../src/cli/configuration/usage.ts";
import { textOf } from "../../support/source_files.ts";

describe("what is said of the options", () => {
  test("docs/OPTIONS.md is what the table gives; bun run docs:options writes it", () => {
    expect(textOf("docs/OPTIONS.md")).toBe(optionsDocument());
  });

  test("every option is in one group, with one name for each place", () => {
    const grouped = OPTION_GROUPS.flatMap(({ options }) => Object.keys(options));
    expect([...grouped].sort()).toEqual(Object.keys(OPTIONS).sort());
    const variables = Object.entries(OPTIONS).flatMap(([name, { otherVariables = [] }]) => [
      variableOf(name),
      ...otherVariables,
    ]);
    expect(new Set(variables).size).toBe(variables.length);
  });

  test("the usage and the document have every flag and variable, and no flag of a secret", () => {
    const texts = [usageOf(OPTION_GROUPS), optionsDocument()];
    for (const [name, option] of Object.entries(OPTIONS)) {
      for (const text of texts) {
        const flag = new RegExp(`--${flagOf(name)}[ \`\\n]`);
        if (canBeSaid(option, "flag")) expect(text).toMatch(flag);
        else expect(text).not.toMatch(flag);
        if (canBeSaid(option, "environment")) expect(text).toContain(variableOf(name));
        for (const other of option.otherVariables ?? []) expect(text).toContain(other);
      }
    }
  });

  test("every default is a value that the option takes", () => {
    for (const [name, { schema, fallback }] of Object.entries(OPTIONS)) {
      if (fallback === undefined) continue;
      const said = name === "codecs" ? ["PCMU"] : fallback;
      expect([name, schema["~run"]({ value: said }, {}).issues]).toEqual([name, undefined]);
    }
  });
});
