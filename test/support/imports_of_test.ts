import { describe, expect, test } from "bun:test";
import { importsOf } from "./imports_of.ts";

describe("importsOf", () => {
  test.each([
    ['import a from "b";', { specifier: "b", dynamic: false, typeOnly: false }],
    ["import {\n  a,\n  type c,\n} from 'b';", { specifier: "b", dynamic: false, typeOnly: false }],
    ['import type { a } from "b";', { specifier: "b", dynamic: false, typeOnly: true }],
    ['import { type a, type c } from "b";', { specifier: "b", dynamic: false, typeOnly: true }],
    ['import * as a from "b";', { specifier: "b", dynamic: false, typeOnly: false }],
    ['import "b";', { specifier: "b", dynamic: false, typeOnly: false }],
    ['export * from "b";', { specifier: "b", dynamic: false, typeOnly: false }],
    ['export type { a } from "b";', { specifier: "b", dynamic: false, typeOnly: true }],
    ['const a = await import("b");', { specifier: "b", dynamic: true, typeOnly: false }],
    ['let a: import("b").c;', { specifier: "b", dynamic: true, typeOnly: false }],
    ["const a = await import(b);", { specifier: undefined, dynamic: true, typeOnly: false }],
    ["import(`./${b}`);", { specifier: undefined, dynamic: true, typeOnly: false }],
  ])("finds the one in %s", (source, expected) => {
    expect(importsOf(source)).toEqual([expected]);
  });

  test("finds none in a comment or a string", () => {
    expect(importsOf('// import a from "b";\n/* import("b") */ x = "import \'b\'";')).toEqual([]);
  });
});
