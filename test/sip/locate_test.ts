import { describe, expect, test } from "bun:test";
import type { SipTransport } from "../../src/sip/mod.ts";
import { locate } from "../../src/sip/locate.ts";

const noLookup = () => Promise.reject(new Error("nothing is to be looked up"));

describe("locate", () => {
  test.each<[string, SipTransport, string, number]>([
    ["sip:a@192.0.2.1", "udp", "192.0.2.1", 5060],
    ["sip:192.0.2.1:5080;transport=TCP", "tcp", "192.0.2.1", 5080],
    ["sip:a@[2001:db8::1]:5070", "udp", "2001:db8::1", 5070],
    ["sip:a@example.com;maddr=192.0.2.9", "udp", "192.0.2.9", 5060],
    ["sip:a@example.com;maddr=[::1]", "udp", "::1", 5060],
  ])("finds %s without asking anybody", (uri, transport, address, port) => {
    expect(locate(uri, "udp", noLookup)).toEqual({ transport, address, port });
  });

  test.each([
    ["sip:a@Example.com", "example.com"],
    ["sip:a@192.0.2.1;maddr=sip.example", "sip.example"],
    ["sip:a@999.1.1.1", "999.1.1.1"],
  ])("looks up the host of %s", async (uri, name) => {
    const asked: string[] = [];
    const lookup = (host: string) => {
      asked.push(host);
      return Promise.resolve("192.0.2.7");
    };
    expect(await locate(uri, "udp", lookup)).toMatchObject({ address: "192.0.2.7" });
    expect(asked).toEqual([name]);
  });

  test.each([
    ["sips:a@192.0.2.1", "the target must be a sip: URI"],
    ["sip:a@192.0.2.1;transport=tls", "the transport must be udp or tcp"],
    ["sip:a@[1:2:3]", "the target must be a name or an address: current value is 1:2:3"],
    ["sip:a@h;maddr=[1::2::3]", "the target must be a name or an address"],
    ["sip:a@h;maddr=a%20b", "the target must be a name or an address"],
  ])("refuses %s", (uri, why) => {
    expect(() => locate(uri, "udp", noLookup)).toThrow(why);
  });
});
