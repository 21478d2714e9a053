import { describe, expect, test } from "bun:test";
import { formatUri, parseUri, type SipUri } from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";

const NOTHING = { user: undefined, password: undefined, port: undefined, params: {}, headers: "" };

function parts(text: string): Record<string, unknown> | undefined {
  const uri = parseUri(text);
  return uri && { ...NOTHING, ...uri, params: Object.fromEntries(uri.params) };
}

describe("parseUri", () => {
  test.each<[text: string, expected: Record<string, unknown>]>([
    ["sip:bob@example.com", { scheme: "sip", user: "bob", host: "example.com" }],
    ["SIPS:bob@Example.COM", { scheme: "sips", user: "bob", host: "example.com" }],
    ["sip:example.com", { scheme: "sip", host: "example.com" }],
    ["sip:192.0.2.1:5062", { scheme: "sip", host: "192.0.2.1", port: 5062 }],
    ["sip:[2001:DB8::1]", { scheme: "sip", host: "2001:db8::1" }],
    ["sip:a@[::1]:5070;lr", {
      scheme: "sip",
      user: "a",
      host: "::1",
      port: 5070,
      params: { lr: "" },
    }],
    ["sip:+49891234@gw;user=phone", {
      scheme: "sip",
      user: "+49891234",
      host: "gw",
      params: { user: "phone" },
    }],
    ["sip:*98#1@pbx", { scheme: "sip", user: "*98#1", host: "pbx" }],
    ["sip:a:secret@b", { scheme: "sip", user: "a", password: "secret", host: "b" }],
    ["sip:a@b;Transport=TCP;LR?subject=x&y=z", {
      scheme: "sip",
      user: "a",
      host: "b",
      params: { transport: "TCP", lr: "" },
      headers: "subject=x&y=z",
    }],
    // RFC 4475: escapes, and marks that look like parts of other URIs.
    ["sip:sips%3Auser%40example.com@example.net", {
      scheme: "sip",
      user: "sips:user@example.com",
      host: "example.net",
    }],
    ["sip:user;par=u%40example.net@example.com", {
      scheme: "sip",
      user: "user;par=u@example.net",
      host: "example.com",
    }],
    ["sip:cal%6Cer@h;%6C%72;n%61me=v%61lue%25%34%31", {
      scheme: "sip",
      user: "caller",
      host: "h",
      params: { lr: "", name: "value%41" },
    }],
    ["sip:null-%00-null@h", { scheme: "sip", user: "null-\0-null", host: "h" }],
    ["sip:what?ever@h", { scheme: "sip", user: "what?ever", host: "h" }],
    ["sip:100%@h", { scheme: "sip", user: "100%", host: "h" }],
    ["sip:%E9@h", { scheme: "sip", user: "%E9", host: "h" }],
    ["sip:\u00fc@h", { scheme: "sip", user: "\u00fc", host: "h" }],
    ["tel:+1-201-555-0123;ext=7", {
      scheme: "tel",
      user: "+1-201-555-0123",
      host: "",
      params: { ext: "7" },
    }],
    ["soap.beep://192.0.2.103:3002", { scheme: "soap.beep", user: "//192.0.2.103:3002", host: "" }],
  ])("reads %s", (text, expected) => {
    expect(parts(text)).toEqual({ ...NOTHING, ...expected });
  });

  test.each(rows(
    "",
    ":",
    "sip:",
    "bob@example.com",
    "sip:@example.com",
    "sip::pw@example.com",
    "sip:bob@",
    "sip:bob@;lr",
    "sip:bob@exa mple.com",
    "sip:bob@example.com:",
    "sip:bob@example.com:0",
    "sip:bob@example.com:65536",
    "sip:bob@example.com:5060x",
    "sip:bob@[::1",
    "sip:bob@[::1]x",
    "sip:bob@[example.com]",
    "sip:bob@::1",
    "sip:bob@exa_mple!",
    "sip:a@b@c",
    "sip:bob@example.com;;lr",
    "sip:bob@example.com;",
    "sip:bob@example.com;lr;LR",
    "<sip:bob@example.com>",
    'sip:"bob"@example.com',
    "sip:bob@example.com\r\n",
    "sip:bob\0@example.com",
    "1sip:bob@example.com",
    "tel:",
    "tel:bob",
    `sip:bob@${"a".repeat(256)}`,
  ))("refuses %j", (text) => {
    expect(parseUri(text)).toBeUndefined();
  });
});

describe("formatUri", () => {
  test.each(rows(
    "sip:bob@example.com",
    "sips:bob@example.com:5061;transport=tcp;lr?subject=x",
    "sip:a@[2001:db8::1]:5070",
    "sip:sips%3Auser%40example.com@example.net",
    "sip:a:secret@b",
    "tel:+1-201-555-0123;ext=7",
    "nobodyKnowsThisScheme:totallyopaquecontent".toLowerCase(),
  ))("writes %s as it was", (text) => {
    expect(formatUri(parseUri(text)!)).toBe(text);
  });

  test("escapes what a user, a parameter and no line may hold", () => {
    const uri: SipUri = {
      scheme: "sip",
      user: "a b@c\r\n<\u00fc>%41",
      host: "h",
      params: new Map([["x;y", "1 2>"]]),
      headers: "",
    };
    const text = formatUri(uri);
    expect(text).toBe("sip:a%20b%40c%0D%0A%3C%C3%BC%3E%2541@h;x%3By=1%202%3E");
    expect(parts(text)?.user).toBe(uri.user);
  });
});
