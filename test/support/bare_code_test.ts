import { describe, expect, test } from "bun:test";
import { bareCode } from "./bare_code.ts";

describe("bareCode", () => {
  test.each([
    ["a(); // b()", "a();       "],
    ["a /* b\nc */ d", "a     \n     d"],
    ["x = 'it\\'s' + y", "x = '     ' + y"],
    ['"// no comment" + z', '"             " + z'],
    ["`a${b + `c${d}`}e` + f", "` ${b + ` ${d}`} ` + f"],
    ["/[/'\"]/.test(g) / 2", "/     /.test(g) / 2"],
    ["h / 2 / i // j", "h / 2 / i     "],
    ["return /`/.exec(k)", "return / /.exec(k)"],
    ["if (a) { b } / c /* ' */", "if (a) { b } / c        "],
  ])("keeps the code and the positions of %s", (source, bare) => {
    expect(bareCode(source)).toBe(bare);
  });
});
