import { describe, expect, test } from "bun:test";
import { formatNameAddr, parseNameAddr, parseNameAddrs } from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";

function parts(text: string): unknown[] | undefined {
  const address = parseNameAddr(text);
  return address && [address.displayName, address.uri, Object.fromEntries(address.params)];
}

describe("parseNameAddr", () => {
  test.each<[text: string, expected: unknown[]]>([
    ["<sip:a@b>", ["", "sip:a@b", {}]],
    ["<sip:a@b>;tag=1", ["", "sip:a@b", { tag: "1" }]],
    ["Bob <sip:a@b;lr>", ["Bob", "sip:a@b;lr", {}]],
    ["Bob B.  <sip:a@b>", ["Bob B.", "sip:a@b", {}]],
    ["caller<sip:a@b>", ["caller", "sip:a@b", {}]],
    ['"Bob" <sip:a@b>;tag=x', ["Bob", "sip:a@b", { tag: "x" }]],
    ['"Zo\u00eb \ud83d\ude00"<sip:a@b>', ["Zo\u00eb \ud83d\ude00", "sip:a@b", {}]],
    ["Zo\u00eb <sip:a@b>", ["Zo\u00eb", "sip:a@b", {}]],
    ['"a \\"b\\" \\\\ <c>, d" <sip:a@b>', ['a "b" \\ <c>, d', "sip:a@b", {}]],
    ['"" <sip:a@b>', ["", "sip:a@b", {}]],
    ["sip:a@b;tag=1", ["", "sip:a@b", { tag: "1" }]],
    ["sip:a@b ;   tag    = 1", ["", "sip:a@b", { tag: "1" }]],
    ["<sip:a@b>;Expires=60;q=0.5", ["", "sip:a@b", { expires: "60", q: "0.5" }]],
    ['<sip:a@b>;+sip.instance="<urn:uuid:1>"', ["", "sip:a@b", {
      "+sip.instance": "<urn:uuid:1>",
    }]],
    ["tel:+123;tag=7", ["", "tel:+123", { tag: "7" }]],
    ["<http://www.example.com>", ["", "http://www.example.com", {}]],
    // Liberal, as RFC 4475 sections 3.1.2.14 and 3.1.2.15 allow.
    ["< sip:a@b >", ["", "sip:a@b", {}]],
    ["Bell, Alexander <sip:a@b>;tag=43", ["Bell, Alexander", "sip:a@b", { tag: "43" }]],
  ])("reads %s", (text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  test.each(rows(
    "",
    "*",
    "bob",
    "<>",
    "<sip:>",
    "<:a>",
    "<sip:a@b",
    "sip:a@b>",
    '"Bob <sip:a@b>',
    '"Bob" sip:a@b',
    'Bob "B" <sip:a@b>',
    '"Bob"',
    "<sip:a@b> x",
    "<sip:a@b>,<sip:c@d>",
    "<sip:a@b>;",
    "<sip:a@b>;;tag=1",
    "<sip:a@b>;tag=1;TAG=2",
    "<sip:a@b>;tag=",
    '<sip:a@b>;tag="1',
    "<sip:a@b>;=1",
    "<sip:a@b>;t ag=1",
    "sip:a@b?x=y",
    "sip:a,b@c",
    "<sip:a b@c>",
    "<<sip:a@b>>",
    "sip:a@b;x=<y>",
  ))("refuses %j", (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });
});

describe("parseNameAddrs", () => {
  test("reads lines of one and lines of several, in order", () => {
    const lines = ['"A, B" <sip:1@a;x=,>, <sip:2@a>', "sip:3@a;q=0.1"];
    expect(parseNameAddrs(lines)?.map(({ uri }) => uri)).toEqual([
      "sip:1@a;x=,",
      "sip:2@a",
      "sip:3@a",
    ]);
  });

  test("refuses all when one is malformed", () => {
    expect(parseNameAddrs(["<sip:1@a>", "<sip:2@a>,"])).toBeUndefined();
    expect(parseNameAddrs(["<sip:1@a>,,<sip:2@a>"])).toBeUndefined();
  });

  test("refuses more than a hundred", () => {
    const lines = [Array(60).fill("<sip:a@b>").join(), Array(40).fill("<sip:a@b>").join()];
    expect(parseNameAddrs(lines)?.length).toBe(100);
    expect(parseNameAddrs([...lines, "<sip:a@b>"])).toBeUndefined();
  });
});

describe("formatNameAddr", () => {
  test.each(rows(
    "<sip:a@b>",
    "<sip:a@b;lr>;tag=1;ob",
    '"Zo\u00eb \\"Z\\" \\\\" <sip:a@b>;expires=60',
    '<sip:a@b>;+sip.instance="<urn:uuid:1>"',
  ))("writes %s as it was", (text) => {
    expect(formatNameAddr(parseNameAddr(text)!)).toBe(text);
  });

  test("refuses a parameter whose name is no token", () => {
    const params = new Map([["a b", "1"]]);
    expect(() => formatNameAddr({ displayName: "", uri: "sip:a@b", params })).toThrow(
      /^Cannot write a parameter as its name must be a token: current value is "a b"$/,
    );
  });
});
