import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import type { OptionKind } from "../../../src/cli/configuration/option.ts";
import {
  choice,
  host,
  ipAddress,
  list,
  listeningPort,
  listeningPortOrOff,
  onOff,
  onOffAuto,
  text,
  webAddress,
  whole,
  wholeOrOff,
} from "../../../src/cli/configuration/option_kinds.ts";

const ON = ["on", "true", "1", true].map((said) => [said, true] as const);
const OFF = ["off", "false", "0", false].map((said) => [said, false] as const);
const PORTS = [["0", 0], [0, 0], ["65535", 65_535]] as const;
const NO_PORTS = ["65536", "-1", "", "x", 1.5];
const A_OR_B = v.picklist(["a", "b"]);

type Row = [
  name: string,
  kind: OptionKind<unknown>,
  taken: readonly (readonly [said: unknown, value: unknown])[],
  refused: readonly unknown[],
];

describe("the kinds of options", () => {
  test.each<Row>([
    ["whole", whole(2, 9), [["2", 2], [9, 9]], ["1", "10", "2.5", 2.5, "", " 2", "2e0"]],
    ["whole, of many digits", whole(0, 1e20), [["9", 9]], ["9".repeat(16)]],
    ["wholeOrOff", wholeOrOff(2, 9), [["off", "off"], ["2", 2]], ["1", "on"]],
    ["listeningPort", listeningPort(), PORTS, [...NO_PORTS, "off"]],
    ["listeningPortOrOff", listeningPortOrOff(), [...PORTS, ["off", "off"]], NO_PORTS],
    ["choice", choice("one", "two"), [["one", "one"], ["TWO", "two"]], ["three", ""]],
    ["onOff", onOff(), [...ON, ...OFF], ["auto", "yes", "", 1]],
    ["onOffAuto", onOffAuto(), [...ON, ...OFF, ["auto", "auto"]], ["yes", ""]],
    ["text", text("a text"), [["x y", "x y"]], ["", "a\0", 5]],
    ["ipAddress", ipAddress(), [["10.0.0.1", "10.0.0.1"], ["::1", "::1"]], ["host", "10.0.0"]],
    ["host", host(), [["a.example", "a.example"], ["::1", "::1"]], ["a b", "a/b", ""]],
    [
      "list",
      list("texts", A_OR_B),
      [["a", ["a"]], [" a , b ", ["a", "b"]], [["b"], ["b"]]],
      ["a,c", "", [], [1]],
    ],
    [
      "webAddress",
      webAddress("an address"),
      [["https://a.example/", "https://a.example"], ["http://a/b//", "http://a/b"]],
      ["ftp://a", "https://u:p@a", "https://a?b", "https://a#b", "a.example"],
    ],
  ])("take what they say and refuse all else: %s", (_, { schema }, taken, refused) => {
    for (const [said, value] of taken) {
      expect([said, v.safeParse(schema, said).output]).toEqual([said, value]);
    }
    for (const said of refused) {
      expect([said, v.safeParse(schema, said).success]).toEqual([said, false]);
    }
  });

  test("name their words as one says them", () => {
    expect(choice("a", "b", "c").rule).toBe("a, b or c");
  });
});
