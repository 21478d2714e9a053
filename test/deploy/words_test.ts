import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "bun:test";
import { readConfiguration } from "../../src/cli/mod.ts";
import { ROOT } from "../support/source_files.ts";
import { filesBelow, text } from "./deploy_files.ts";

const files = [...filesBelow("deploy"), ...filesBelow("freeswitch/distributor")]
  .filter((path) => !path.startsWith("deploy/observability/"));
const documents = files.filter((path) => path.endsWith(".md"));

/** What is wrong with saying it: nothing, if it is a value that is refused, and its name is known. */
function complaint(args: readonly string[], environment: Readonly<Record<string, string>>): string {
  try {
    readConfiguration(args, environment);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const UNKNOWN = /there is no (variable|option) /;

/** `SOFIA_PHONE_X` as it stands in a text, but not as a part of another word. */
function variablesIn(path: string): string[] {
  return [...new Set(text(path).match(/\bSOFIA_PHONE_[A-Z_]*[A-Z]\b/g) ?? [])];
}

/** Flags of the program, in sentences about it: behind a backtick, or behind mod.ts. */
function flagsIn(path: string): string[] {
  const said = text(path).matchAll(/(?:`|mod\.ts[^\n`]*? )--([a-z][a-z-]+)/g);
  return [...new Set([...said].map(([, flag]) => flag))];
}

/** Flags of other programs that are named in the same way. */
const OTHERS = ["time", "stop-timeout", "profile"];

describe("what is written in deploy/", () => {
  test("tells a name that is unknown from one that is known", () => {
    expect(complaint([], { SOFIA_PHONE_SIP_POTR: "x" })).toMatch(UNKNOWN);
    expect(complaint(["--sip-potr", "x"], {})).toMatch(UNKNOWN);
    expect(complaint(["--sip-port", "x"], {})).not.toMatch(UNKNOWN);
  });

  test("names variables that the program knows", () => {
    const found = files.flatMap((path) => variablesIn(path).map((name) => ({ path, name })));
    expect(found.length).toBeGreaterThan(30);
    for (const { path, name } of found) {
      expect([path, name, complaint([], { [name]: "x" })]).toEqual([
        path,
        name,
        expect.not.stringMatching(UNKNOWN),
      ]);
    }
  });

  test("names flags that the program has", () => {
    const found = documents.flatMap((path) => flagsIn(path).map((name) => ({ path, name })))
      .filter(({ name }) => !OTHERS.includes(name));
    expect(found.length).toBeGreaterThan(3);
    for (const { path, name } of found) {
      expect([path, name, complaint([`--${name}`, "x"], {})]).toEqual([
        path,
        name,
        expect.not.stringMatching(UNKNOWN),
      ]);
    }
  });

  test("leads to files and headings that there are", () => {
    for (const path of documents) {
      for (const [, target] of text(path).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
        const [file, heading] = target.split("#");
        const there = join(dirname(path), file);
        expect([path, target, existsSync(ROOT + there)]).toEqual([path, target, true]);
        if (heading === undefined) continue;
        const headings = [...text(there).matchAll(/^#+ (.*)$/gm)].map(([, words]) =>
          words.toLowerCase().replace(/[^\w -]/g, "").replaceAll(" ", "-")
        );
        expect(headings).toContain(heading);
      }
    }
  });

  test("names tests and settings that there are", () => {
    const tests = filesBelow("test").map((path) => path.replace(/^.*\//, ""));
    for (const path of documents) {
      for (const [, name] of text(path).matchAll(/`(?:[\w/]+\/)?(\w+_test\.ts)`/g)) {
        expect(tests).toContain(name);
      }
    }
    const cfg = text("deploy/kamailio/kamailio.cfg");
    for (const [, name] of text("deploy/kamailio/README.md").matchAll(/`([A-Z]+_[A-Z]+)`/g)) {
      expect(cfg).toContain(`#!trydef ${name} `);
    }
    for (const [, name] of text("deploy/kamailio/README.md").matchAll(/#!define (WITH_\w+)/g)) {
      expect(cfg).toContain(`#!ifdef ${name}`);
    }
  });
});
