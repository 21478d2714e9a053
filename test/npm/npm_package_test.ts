import { describe, expect, test } from "bun:test";
import { npmPackage, type SourcePackage } from "../../.ci/npm/npm_package.ts";
import { jsonOf } from "../support/source_files.ts";

describe("npmPackage", () => {
  const source = jsonOf("package.json") as SourcePackage;
  const built = npmPackage(source);

  test("has every subpath, with its JavaScript and its types", () => {
    const exports = built.exports as Record<string, unknown>;
    expect(exports["."]).toEqual({ types: "./mod.d.ts", import: "./mod.js" });
    for (const subpath of Object.keys(source.exports)) expect(exports).toHaveProperty([subpath]);
    expect(JSON.stringify(exports)).not.toMatch(/[^d]\.ts"/);
  });

  test("asks for what the sources run on, and for nothing that they are made with", () => {
    expect(built.dependencies).toEqual(source.dependencies);
    expect(built.peerDependenciesMeta).toEqual(source.peerDependenciesMeta);
    expect(built).not.toHaveProperty("devDependencies");
    expect(built).not.toHaveProperty("private");
    expect(built).not.toHaveProperty("scripts");
  });
});
