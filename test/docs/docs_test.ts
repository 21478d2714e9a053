import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { OPTIONS } from "../../src/cli/configuration/configuration.ts";
import { flagOf, variableOf } from "../../src/cli/configuration/option.ts";
import { OPTIONS_OF_DOCTOR } from "../../src/cli/configuration/options/doctor.ts";
import { ROOT, textOf } from "../support/source_files.ts";

const PAGES = [
  ...readdirSync(`${ROOT}docs`).filter((name) => name.endsWith(".md")).map((name) =>
    `docs/${name}`
  ),
  ...["README.md", "CHANGES.md", "bench/README.md", "examples/README.md"],
  ...["README", "TRUNKS", "VPS", "distributor/README"].map((name) => `freeswitch/${name}.md`),
];

/** A mistake that is shown as one, and what the long runs of the tests are told by. */
const NOT_OF_THE_PROGRAM = ["SOFIA_PHONE_MAX_CALS", "SOFIA_PHONE_FUZZ", "SOFIA_PHONE_SOAK"];

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, "").replaceAll(" ", "-")
  );
}

describe("the docs", () => {
  test.each(PAGES.map((page) => [page] as const))(
    "%s names only files and headings that are there",
    (page) => {
      const broken = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, path, anchor]) => {
          const target = path === "" ? page : join(dirname(page), path);
          if (!existsSync(ROOT + target)) return true;
          return anchor !== undefined && !anchorsOf(textOf(target)).includes(anchor);
        })
        .map(([link]) => link);
      expect(broken).toEqual([]);
    },
  );

  test.each(PAGES.map((page) => [page] as const))(
    "%s names only options that there are",
    (page) => {
      const names = Object.keys({ ...OPTIONS, ...OPTIONS_OF_DOCTOR });
      const variables = [
        ...names.map(variableOf),
        ...Object.values(OPTIONS).flatMap(({ otherVariables = [] }) => otherVariables),
      ];
      const text = textOf(page);
      const unknown = [...text.matchAll(/\bSOFIA_PHONE_[A-Z_]+[A-Z]\b/g)].map(([name]) => name)
        .filter((name) =>
          !variables.includes(name.replace(/_FILE$/, "")) && !variables.includes(name)
        )
        .filter((name) => !NOT_OF_THE_PROGRAM.includes(name));
      expect(unknown).toEqual([]);
      const flags = [...text.matchAll(/mod\.ts[^\n`]*?(--[a-z-]+)/g)].map(([, flag]) => flag);
      expect(flags.filter((flag) => !names.map((name) => `--${flagOf(name)}`).includes(flag)))
        .toEqual([]);
    },
  );

  test("are read in their order: each page ends with the next, and the index has all", () => {
    const chapters = PAGES.filter((page) => /docs\/\d-/.test(page)).sort();
    expect(chapters.length).toBe(7);
    for (const [index, page] of chapters.entries()) {
      const name = page.replace("docs/", "");
      expect(textOf("docs/README.md")).toContain(`(${name})`);
      const next = chapters[index + 1]?.replace("docs/", "");
      if (next !== undefined) {
        expect([page, textOf(page).includes(`(${next})`)]).toEqual([page, true]);
      }
    }
  });
});
