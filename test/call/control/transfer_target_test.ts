import { describe, expect, test } from "bun:test";
import { dialString, referUri, targetKind } from "../../../src/call/control/transfer_target.ts";
import { SeededRandom } from "../../../src/clock/mod.ts";

const HOW = { numbers: "user/{number}", profile: "internal" };

describe("targetKind", () => {
  test.each([
    ["a second telephone", "1001,user/1002"],
    ["a third one", "user/1001|user/1002"],
    ["another thread", "user/1001:_:user/1002"],
    ["variables", "{a=b}user/1001"],
    ["variables of a leg", "[a=b]user/1001"],
    ["variables of several", "<a=b>user/1001"],
    ["an expansion", "user/${system(id)}"],
    ["a delimiter of its own", "^^:user/1:user/2"],
    ["a blank", "user/1001 &park"],
    ["a line end", "1001\n\napi shutdown"],
    ["a tab", "1001\t"],
    ["NUL", "1001\0"],
    ["a quote", "user/'1001'"],
    ["a backslash", "user/1001\\,"],
    ["a shell by loopback", "loopback/app=system:id"],
    ["a shell by inline", "loopback/system:id/default/inline"],
    ["an endpoint nobody knows", "exec/id"],
    ["a URI in brackets", "<sip:bob@example.org>"],
    ["a header field", "sip:bob@example.org?X-Evil=1"],
    ["one that holds another", "sip:bob@example.org?X-Evil=1%0d%0aX-More:2"],
    ["one in a dial string", "sofia/internal/bob@example.org?X-Evil=1"],
    ["a context in a telephone URI", "tel:1/default/inline"],
    ["no host", "sip:"],
    ["nothing", ""],
    ["a novel", "1".repeat(257)],
    ["no text", undefined as unknown as string],
    ["an e-mail address", "mailto:bob@example.org"],
  ])("refuses %s", (_, target) => {
    expect(() => targetKind(target)).toThrow(RangeError);
    expect(() => dialString(target, HOW)).toThrow(RangeError);
    expect(() => referUri(target, { host: "x" })).toThrow(RangeError);
  });

  test("gives nothing of random text to FreeSWITCH that could be more than one telephone", () => {
    const random = new SeededRandom(7);
    const parts = [
      "1001",
      "user/",
      "sip:",
      "loopback/",
      ",",
      "|",
      "{",
      "}",
      "[",
      "]",
      "a=b",
      "@",
      "x.org",
    ];
    const more = [
      " ",
      "\n",
      "$",
      "'",
      '"',
      "\\",
      ":_:",
      "<",
      ">",
      "^^:",
      "&",
      "app=",
      "/inline",
      ";",
      "?",
    ];
    const all = [...parts, ...more];
    let passed = 0;
    for (let round = 0; round < 20_000; round++) {
      const length = 1 + random.uint32() % 4;
      const pick = () => all[random.uint32() % all.length];
      const target = Array.from({ length }, pick).join("");
      try {
        const dial = dialString(target, HOW);
        passed++;
        expect(dial).not.toMatch(
          /[\s,|{}$'"\\<>^?]|:_:|^\[|\/\[|^loopback\/([^/]*=|[^/]*\/[^/]*\/)/,
        );
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
    expect(passed).toBeGreaterThan(100);
  });
});

describe("referUri", () => {
  test("takes a number to the peer, an address as it is, and no words of FreeSWITCH", () => {
    expect(referUri("*21#", { host: "192.0.2.20" })).toBe("sip:*21%23@192.0.2.20");
    expect(referUri("sip:bob@x", { host: "192.0.2.20" })).toBe("sip:bob@x");
    expect(() => referUri("user/1001", { host: "192.0.2.20" })).toThrow(TypeError);
  });
});
