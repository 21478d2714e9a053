import { describe, expect, test } from "bun:test";
import { SipHeaders } from "../../src/sip/mod.ts";

describe("SipHeaders", () => {
  test("finds a field by its name in any case, long or compact", () => {
    const headers = new SipHeaders().append("i", "abc").append("X-Sofia-Channel", "1");
    for (const name of ["Call-ID", "call-id", "CALL-ID", "i", "I"]) {
      expect(headers.get(name)).toBe("abc");
    }
    expect(headers.get("x-sofia-channel")).toBe("1");
    expect(headers.get("X-SOFIA-CHANNEL")).toBe("1");
    expect(headers.get("X-Other")).toBeUndefined();
  });

  test.each([
    ["a", "Accept-Contact"],
    ["b", "Referred-By"],
    ["c", "Content-Type"],
    ["d", "Request-Disposition"],
    ["e", "Content-Encoding"],
    ["f", "From"],
    ["i", "Call-ID"],
    ["j", "Reject-Contact"],
    ["k", "Supported"],
    ["l", "Content-Length"],
    ["m", "Contact"],
    ["o", "Event"],
    ["r", "Refer-To"],
    ["s", "Subject"],
    ["t", "To"],
    ["u", "Allow-Events"],
    ["v", "Via"],
    ["x", "Session-Expires"],
    ["y", "Identity"],
  ])("knows the compact form %s as %s", (letter, name) => {
    expect([...new SipHeaders([[letter, "1"]])]).toEqual([[name, "1"]]);
    expect([...new SipHeaders([[letter.toUpperCase(), "1"]])]).toEqual([[name, "1"]]);
  });

  test("writes known names as RFC 3261 does, unknown ones as they came", () => {
    const headers = new SipHeaders([["cSeQ", "1"], ["www-authenticate", "2"], [
      "x-FS-support",
      "3",
    ]]);
    expect([...headers]).toEqual([["CSeq", "1"], ["WWW-Authenticate", "2"], ["x-FS-support", "3"]]);
  });

  test("keeps the order of all fields and of the values of one", () => {
    const headers = new SipHeaders([["Via", "1"], ["To", "t"], ["v", "2"]]).prepend("Via", "0");
    expect(headers.getAll("via")).toEqual(["0", "1", "2"]);
    expect([...headers].map(([name]) => name)).toEqual(["Via", "Via", "To", "Via"]);
  });

  test("replaces all values by one in the place of the first", () => {
    const headers = new SipHeaders([["Via", "1"], ["To", "t"], ["Via", "2"]]).set("v", "3");
    expect([...headers]).toEqual([["Via", "3"], ["To", "t"]]);
    expect([...headers.set("From", "f")].at(-1)).toEqual(["From", "f"]);
  });

  test("removes all values of a field and no other", () => {
    const headers = new SipHeaders([["Via", "1"], ["To", "t"], ["Via", "2"]]).delete("VIA");
    expect([...headers]).toEqual([["To", "t"]]);
    expect(headers.size).toBe(1);
    expect(headers.has("Via")).toBe(false);
  });

  test("tells an empty value from a missing one", () => {
    expect(new SipHeaders([["Subject", ""]]).has("s")).toBe(true);
  });

  test("names a field that stands twice and must not", () => {
    expect(new SipHeaders([["Via", "1"], ["Via", "2"]]).duplicate()).toBeUndefined();
    expect(new SipHeaders([["To", "1"], ["From", "2"], ["t", "3"]]).duplicate()).toBe("To");
  });

  test("holds names that objects inherit like any other", () => {
    const headers = new SipHeaders([["__proto__", "1"], ["constructor", "2"]]);
    expect(headers.get("__PROTO__")).toBe("1");
    expect(headers.get("toString")).toBeUndefined();
  });
});
