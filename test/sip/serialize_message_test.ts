import { describe, expect, test } from "bun:test";
import { parseMessage, serializeMessage, SipHeaders, type SipMessage } from "../../src/sip/mod.ts";
import { optionsRequest } from "../support/sip_text.ts";
import { rows } from "../support/rows.ts";

const NO_BODY = new Uint8Array(0);

function text(message: SipMessage): string {
  return new TextDecoder().decode(serializeMessage(message));
}

function request(changes: Partial<{ method: string; uri: string; headers: SipHeaders }> = {}) {
  const headers = new SipHeaders([["Call-ID", "1"]]);
  return { method: "OPTIONS", uri: "sip:a@b", headers, body: NO_BODY, ...changes };
}

describe("serializeMessage", () => {
  test("writes a request with the length of its body in bytes", () => {
    const body = new TextEncoder().encode("\u00fc");
    expect(text({ ...request(), body })).toBe(
      "OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 2\r\n\r\n\u00fc",
    );
  });

  test("writes a response", () => {
    const headers = new SipHeaders();
    expect(text({ status: 486, reason: "Busy Here", headers, body: NO_BODY })).toBe(
      "SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n",
    );
  });

  test("writes exactly one Content-Length whatever the headers say", () => {
    const headers = new SipHeaders([["l", "7"], ["Call-ID", "1"], ["Content-Length", "9"]]);
    expect(text(request({ headers }))).toBe(
      "OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n",
    );
  });

  test("gives what parseMessage read", () => {
    const bytes = optionsRequest({ "X-Name": "\u0416 \ud83d\ude00", "Content-Length": "3" }, "abc");
    const message = parseMessage(bytes);
    if ("fault" in message) throw new TypeError(message.text);
    expect(new TextDecoder().decode(serializeMessage(message))).toBe(
      new TextDecoder().decode(bytes),
    );
  });

  test.each(rows("a\r\nVia: evil", "a\nb", "a\rb", "a\0b", "\r\n\r\n"))(
    "refuses to put %j where it could start another line",
    (evil) => {
      const refusal = /^Cannot write a SIP message as .*: current value is "/;
      const headers = new SipHeaders([["Subject", evil]]);
      expect(() => serializeMessage(request({ headers }))).toThrow(refusal);
      expect(() => serializeMessage(request({ uri: `sip:${evil}` }))).toThrow(refusal);
      expect(() => serializeMessage(request({ method: evil }))).toThrow(refusal);
      const names = new SipHeaders([[evil, "1"]]);
      expect(() => serializeMessage(request({ headers: names }))).toThrow(refusal);
      const response = { status: 200, reason: evil, headers: new SipHeaders(), body: NO_BODY };
      expect(() => serializeMessage(response)).toThrow(refusal);
    },
  );

  test("lets an escaped NUL pass, which RFC 4475 has in a quoted string", () => {
    const headers = new SipHeaders([["To", '"\\\0" <sip:a@b>']]);
    expect(text(request({ headers }))).toContain('To: "\\\0" <sip:a@b>\r\n');
  });

  test.each([
    ["a header's name", { headers: new SipHeaders([["X Y", "1"]]) }],
    ["an empty name", { headers: new SipHeaders([["", "1"]]) }],
    ["a method", { method: "OPT IONS" }],
    ["a URI", { uri: "sip:a b" }],
    ["an empty URI", { uri: "" }],
  ])("refuses %s that is no word", (_label, changes) => {
    expect(() => serializeMessage(request(changes))).toThrow(TypeError);
  });

  test.each(rows(99, 700, 200.5, NaN))("refuses the status %d", (status) => {
    const message = { status, reason: "", headers: new SipHeaders(), body: NO_BODY };
    expect(() => serializeMessage(message)).toThrow(TypeError);
  });
});
