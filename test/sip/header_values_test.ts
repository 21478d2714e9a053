import { describe, expect, test } from "bun:test";
import {
  formatSessionExpires,
  hasToken,
  listTokens,
  parseCSeq,
  parseMinSe,
  parseSeconds,
  parseSessionExpires,
  splitList,
} from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";

describe("parseCSeq", () => {
  test.each([
    ["314159 INVITE", 314159, "INVITE"],
    ["0009   INVITE", 9, "INVITE"],
    ["0\tOPTIONS", 0, "OPTIONS"],
    ["2147483647 BYE", 2147483647, "BYE"],
  ])("reads %j", (text, number, method) => {
    expect(parseCSeq(text)).toEqual({ number, method });
  });

  test.each(rows(
    "",
    "1",
    "1 ",
    "INVITE",
    "-1 A",
    "+1 A",
    "1.5 A",
    "2147483648 A",
    "1 A B",
    "1 <A>",
    "1e3 A",
  ))(
    "refuses %j",
    (text) => {
      expect(parseCSeq(text)).toBeUndefined();
    },
  );
});

describe("parseSessionExpires", () => {
  test.each([
    ["1800", { seconds: 1800 }],
    ["1800;refresher=uas", { seconds: 1800, refresher: "uas" }],
    ["90 ; Refresher = UAC", { seconds: 90, refresher: "uac" }],
    ["90;x=y;refresher=uac", { seconds: 90, refresher: "uac" }],
  ])("reads %s", (text, expected) => {
    expect<unknown>(parseSessionExpires(text)).toEqual(expected);
  });

  test.each(rows("", "x", "-1", "1800;refresher=me", "4294967296"))("refuses %j", (text) => {
    expect(parseSessionExpires(text)).toBeUndefined();
  });

  test("is what formatSessionExpires wrote", () => {
    expect(formatSessionExpires({ seconds: 90 })).toBe("90");
    expect(formatSessionExpires({ seconds: 90, refresher: "uac" })).toBe("90;refresher=uac");
  });
});

test("parseMinSe reads seconds and leaves parameters out", () => {
  expect(parseMinSe("90")).toBe(90);
  expect(parseMinSe("120 ;x=y")).toBe(120);
  expect(parseMinSe("soon")).toBeUndefined();
});

test("parseSeconds leaves comments and parameters out", () => {
  expect(["3600", "5;duration=10", "18000 (in a meeting)", "120(x)"].map(parseSeconds)).toEqual([
    3600,
    5,
    18000,
    120,
  ]);
  expect(["", "-1", "949302838503028349304023988", "1h"].map(parseSeconds)).toEqual(
    Array(4).fill(undefined),
  );
});

describe("splitList", () => {
  test.each([
    ["a", ["a"]],
    [" a , b ,c ", ["a", "b", "c"]],
    ['"a, b" <sip:x,y@z>, c', ['"a, b" <sip:x,y@z>', "c"]],
    ['"a\\", b", c', ['"a\\", b"', "c"]],
    ["a,,b", ["a", "", "b"]],
    ["", [""]],
    [",", ["", ""]],
    ['"a, b', ['"a, b']],
    ["<a, b", ["<a, b"]],
  ])("parts %j", (value, expected) => {
    expect(splitList(value)).toEqual(expected);
  });
});

test("listTokens gives the tokens of all lines without the empty ones", () => {
  expect(listTokens(["timer, path,, ", "replaces"])).toEqual(["timer", "path", "replaces"]);
  expect(listTokens([])).toEqual([]);
});

test("hasToken does not mind the case, and finds whole tokens only", () => {
  expect(hasToken(["Timer,path"], "timer")).toBe(true);
  expect(hasToken(["timers"], "timer")).toBe(false);
});
