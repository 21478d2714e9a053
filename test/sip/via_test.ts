import { describe, expect, test } from "bun:test";
import { defaultPort, formatVia, parseVia, parseVias, SipHeaders } from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";

function parts(text: string): unknown[] | undefined {
  const via = parseVia(text);
  return via && [via.transport, via.host, via.port, Object.fromEntries(via.params)];
}

describe("parseVia", () => {
  test.each<[text: string, expected: unknown[]]>([
    ["SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bK7", ["UDP", "pc33.atlanta.com", undefined, {
      branch: "z9hG4bK7",
    }]],
    ["SIP/2.0/TCP 192.0.2.1:5070", ["TCP", "192.0.2.1", 5070, {}]],
    ["sip/2.0/tls [2001:DB8::9:1]:5061;rport", ["TLS", "2001:db8::9:1", 5061, { rport: "" }]],
    ["SIP/2.0/UDP a;received=2001:db8::1;rport=5060", ["UDP", "a", undefined, {
      received: "2001:db8::1",
      rport: "5060",
    }]],
    ["SIP/2.0/UDP a;received=[2001:db8::1]", ["UDP", "a", undefined, {
      received: "[2001:db8::1]",
    }]],
    ["SIP/2.0/UNKNOWN t4;branch=z9hG4bKasd0f3en", ["UNKNOWN", "t4", undefined, {
      branch: "z9hG4bKasd0f3en",
    }]],
    // RFC 4475 section 3.1.1.1, unfolded.
    ["SIP  /   2.0 /UDP 192.0.2.2;branch=390skdjuw", ["UDP", "192.0.2.2", undefined, {
      branch: "390skdjuw",
    }]],
    ["SIP  / 2.0  / TCP     spindle.example.com   ; branch  =   z9hG4bK9ikj8", [
      "TCP",
      "spindle.example.com",
      undefined,
      { branch: "z9hG4bK9ikj8" },
    ]],
    ["SIP/2.0/UDP host : 5060 ;hidden", ["UDP", "host", 5060, { hidden: "" }]],
  ])("reads %s", (text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  test.each(rows(
    "",
    "SIP/2.0/UDP",
    "SIP/2.0/UDP ",
    "SIP/2.0/UDP ;branch=1",
    "SIP/2.0 host",
    "SIP/3.0/UDP host",
    "HTTP/2.0/UDP host",
    "SIP/2.0/U@P host",
    "SIP/2.0/ host",
    "SIP/2.0/UDP ho st",
    "SIP/2.0/UDP host:0",
    "SIP/2.0/UDP host:65536",
    "SIP/2.0/UDP host:",
    "SIP/2.0/UDP [::1",
    "SIP/2.0/UDP ::1",
    "SIP/2.0/UDP host;;branch=1",
    "SIP/2.0/UDP host;branch=1;branch=2",
    "SIP/2.0/UDP host;branch=",
    "SIP/2.0/UDP host/branch",
    "SIP/2.0/UDP 192.0.2.15;;,;,,",
  ))("refuses %j", (text) => {
    expect(parseVia(text)).toBeUndefined();
  });
});

describe("parseVias", () => {
  test("gives the hops of all lines in order", () => {
    const headers = new SipHeaders([["Via", "SIP/2.0/UDP a, SIP/2.0/TCP b"], [
      "v",
      "SIP/2.0/UDP c",
    ]]);
    expect(parseVias(headers)?.map(({ host }) => host)).toEqual(["a", "b", "c"]);
  });

  test("refuses all when one is malformed", () => {
    expect(parseVias(new SipHeaders([["Via", "SIP/2.0/UDP a"], ["Via", "b"]]))).toBeUndefined();
  });
});

describe("formatVia", () => {
  test.each(rows(
    "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK7;rport",
    "SIP/2.0/TCP [2001:db8::1];received=2001:db8::2",
  ))("writes %s as it was", (text) => {
    expect(formatVia(parseVia(text)!)).toBe(text);
  });
});

describe("defaultPort", () => {
  test.each([["UDP", 5060], ["TCP", 5060], ["TLS", 5061]])("of %s is %d", (transport, port) => {
    expect(defaultPort(transport)).toBe(port);
  });
});
