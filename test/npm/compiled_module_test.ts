import { describe, expect, test } from "bun:test";
import { compiledModule, textsIn } from "../../.ci/npm/compiled_module.ts";

describe("compiledModule", () => {
  test.each([
    ['import { delay } from "@std/async";', 'import { delay } from "../async/mod.js";'],
    ['export * from "./call.ts";', 'export * from "./call.js";'],
    ["export type { A } from './a.ts';", "export type { A } from './a.js';"],
    ['const a = await import("../call/redis.ts");', 'const a = await import("../call/redis.js");'],
    ['import page from "./page.html" with { type: "text" };', 'import page from "./page.html.js";'],
    ['import code from "./page.js" with { type: "text" };', 'import code from "./page.js.js";'],
    ['let a: import("./b.ts").B;', 'let a: import("./b.js").B;'],
    ['import "hono";', 'import "hono";'],
    ['import { c } from "./c.js";', 'import { c } from "./c.js";'],
    ['import type { D } from "./d.d.ts";', 'import type { D } from "./d.d.ts";'],
  ])("makes of %j what a package has", (written, packed) => {
    expect(compiledModule("src/phone/a.js", written)).toBe(packed);
  });

  test("finds our own files from every depth", () => {
    const written = 'import { delay } from "@std/async";';
    expect(compiledModule("src/async/a.js", written)).toContain('"./mod.js"');
    expect(compiledModule("mod.js", written)).toContain('"./src/async/mod.js"');
    expect(compiledModule("src/a/b/c.js", written)).toContain('"../../async/mod.js"');
  });

  test("tells which files it imports as texts", () => {
    const text = [
      'import a from "./pages/a.html" with { type: "text" };',
      'import b from "../style.css" with { type: "text" };',
      'import c from "./c.js";',
    ].join("\n");
    expect(textsIn("src/http/site.js", text)).toEqual(["src/http/pages/a.html", "src/style.css"]);
  });
});
