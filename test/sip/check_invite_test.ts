import { describe, expect, test } from "bun:test";
import { checkInvite } from "../../src/sip/mod.ts";

const target = "sip:human@127.0.0.1:5060";

describe("checkInvite", () => {
  test.each([
    ["Via"],
    ["via"],
    ["v"],
    ["i"],
    ["CALL-ID"],
    ["Route"],
    ["Contact"],
    ["m"],
    ["Content-Length"],
    ["c"],
    ["Session-Expires"],
    ["X-A\r\nVia"],
  ])("refuses a second field %j", (name) => {
    const headers = JSON.parse(`{${JSON.stringify(name)}: "x"}`);
    expect(() => checkInvite({ target, headers })).toThrow(TypeError);
  });

  test.each([["X-Campaign"], ["P-Asserted-Identity"], ["Subject"], ["constructor"]])(
    "lets an application add %s",
    (name) => expect(() => checkInvite({ target, headers: { [name]: "x" } })).not.toThrow(),
  );

  test.each([
    ["sip:"],
    ["sip:a@127.0.0.1\r\nX-Evil: 1"],
    ["sip:a\r\nX-Evil: 1@127.0.0.1"],
    ["sip:a@127.0.0.1?Route=x"],
    ["sip: a@127.0.0.1"],
    ["sip:a@127.0.0.1:99999"],
    ["sip:a@[::1"],
    ["http://127.0.0.1"],
  ])("calls nobody by %j", (target) => {
    expect(() => checkInvite({ target })).toThrow(SyntaxError);
  });

  test.each([["sip:x@y\r\nVia: z"], ["sip:x@y>;tag=1, <sip:b@c"], ["nobody"], ["<sip:"]])(
    "calls from nobody by %j",
    (from) => expect(() => checkInvite({ target, from })).toThrow(/from must/),
  );
});
