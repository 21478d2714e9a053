import { describe, expect, test } from "bun:test";
import type { SipCall, SipUserAgentOptions } from "../../src/sip/mod.ts";
import { sdp, sdpBytes, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, fieldsOf, sip, SipWire, startLines, toTagOf } from "../support/sip_wire.ts";

/** A request outside of a dialog, with lines that replace those of the same name. */
function request(startLine: string, ...changes: string[]): string {
  const method = startLine.split(" ")[0];
  const fields = new Map([
    ["Via", "SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKa"],
    ["Max-Forwards", "70"],
    ["From", "<sip:1001@192.0.2.20>;tag=f"],
    ["To", "<sip:1000@192.0.2.10>"],
    ["Call-ID", "c1"],
    ["CSeq", `7 ${method}`],
    ["Contact", "<sip:1001@192.0.2.20>"],
  ]);
  for (const change of changes) {
    const colon = change.indexOf(":");
    const value = change.slice(colon + 1).trim();
    if (value === "") fields.delete(change.slice(0, colon));
    else fields.set(change.slice(0, colon), value);
  }
  return sip([startLine, ...[...fields].map(([name, value]) => `${name}: ${value}`)].join("\n"));
}

const INVITE = "INVITE sip:1000@192.0.2.10:5070 SIP/2.0";
const OPTIONS = "OPTIONS sip:192.0.2.10:5070 SIP/2.0";

async function answerTo(text: string, options: SipUserAgentOptions = {}): Promise<string[]> {
  const wire = await SipWire.open({ onInvite: (call) => void call.ring(), ...options });
  return (await wire.udp(text)).map((sent) => sent.text);
}

describe("UserAgentServer", () => {
  test.each([
    ["an OPTIONS is answered with what we can", request(OPTIONS), "200 OK"],
    [
      "Max-Forwards 0 is for proxies, RFC 4475 3.3.11",
      request(OPTIONS, "Max-Forwards: 0"),
      "200 OK",
    ],
    ["a new call rings", request(INVITE), "180 Ringing"],
    ["any user may be dialled", request("INVITE sip:+49%2030@h SIP/2.0"), "180 Ringing"],
    ["a tel: URI may be dialled", request("INVITE tel:+4930 SIP/2.0"), "180 Ringing"],
    ["an unknown method", request("DANCE sip:x@h SIP/2.0"), "405 Method Not Allowed"],
    ["PRACK", request("PRACK sip:x@h SIP/2.0"), "405 Method Not Allowed"],
    [
      "REGISTER, as this is no registrar",
      request("REGISTER sip:h SIP/2.0"),
      "405 Method Not Allowed",
    ],
    ["MESSAGE", request("MESSAGE sip:x@h SIP/2.0"), "405 Method Not Allowed"],
    ["an unknown scheme", request("INVITE nobody:x SIP/2.0"), "416 Unsupported URI Scheme"],
    ["sips, as there is no TLS", request("INVITE sips:x@h SIP/2.0"), "416 Unsupported URI Scheme"],
    ["Require of what we lack", request(INVITE, "Require: 100rel, timer"), "420 Bad Extension"],
    ["an INVITE without Contact", request(INVITE, "Contact:"), "400 Contact Is Missing"],
    [
      "an INVITE whose answer may be no SDP",
      request(INVITE, "Accept: text/plain"),
      "406 Not Acceptable",
    ],
    [
      "an INVITE whose answer may be anything",
      request(INVITE, "Accept: text/plain, */*;q=0.1"),
      "180 Ringing",
    ],
    [
      "an INVITE of RFC 2543, with neither tag nor Contact",
      request(INVITE, "Contact:", "From: <sip:1001@192.0.2.20>"),
      "180 Ringing",
    ],
    ["a type without a body", request(INVITE, "Content-Type: text/plain"), "180 Ringing"],
    [
      "a session timer that is too short",
      request(INVITE, "Supported: timer", "Session-Expires: 60"),
      "422 Session Interval Too Small",
    ],
    [
      "BYE outside of a call",
      request("BYE sip:x@h SIP/2.0"),
      "481 Call/Transaction Does Not Exist",
    ],
    [
      "INFO outside of a call",
      request("INFO sip:x@h SIP/2.0"),
      "481 Call/Transaction Does Not Exist",
    ],
    [
      "a request in a dialog nobody knows",
      request("BYE sip:x@h SIP/2.0", "To: <sip:x@h>;tag=lost"),
      "481 Call/Transaction Does Not Exist",
    ],
    [
      "a re-INVITE in a dialog nobody knows",
      request(INVITE, "To: <sip:x@h>;tag=lost"),
      "481 Call/Transaction Does Not Exist",
    ],
    [
      "a CANCEL of nothing",
      request("CANCEL sip:x@h SIP/2.0"),
      "481 Call/Transaction Does Not Exist",
    ],
    [
      "Require in a CANCEL is ignored",
      request("CANCEL sip:x@h SIP/2.0", "Require: x"),
      "481 Call/Transaction Does Not Exist",
    ],
    ["REFER of a stranger", request("REFER sip:x@h SIP/2.0", "Refer-To: <sip:1@h>"), "603 Decline"],
    [
      "another version",
      request(OPTIONS.replace("SIP/2.0", "SIP/3.0")),
      "505 Version Not Supported",
    ],
    [
      "a CSeq of another method",
      request(OPTIONS, "CSeq: 7 INVITE"),
      "400 CSeq names another method",
    ],
    ["no From", request(OPTIONS, "From:"), "400 From is missing"],
  ])("answers %s", async (_name, text, status) => {
    const [answer] = await answerTo(text);
    expect(answer.split("\r\n")[0]).toBe(`SIP/2.0 ${status}`);
  });

  test.each([
    ["an ACK of nothing", request("ACK sip:x@h SIP/2.0")],
    ["a malformed ACK", request("ACK sip:x@h SIP/2.0", "CSeq: x ACK")],
    ["a response to nothing", request(OPTIONS).replace(OPTIONS, "SIP/2.0 200 OK")],
    ["a malformed response", request(OPTIONS, "Via: x").replace(OPTIONS, "SIP/2.0 200 OK")],
    ["a keep-alive", "\r\n\r\n"],
    ["rubbish", "hello\r\n\r\n"],
    ["nothing", ""],
  ])("says nothing to %s", async (_name, text) => {
    expect(await answerTo(text)).toEqual([]);
  });

  test("tells in OPTIONS what it can", async () => {
    const [answer] = await answerTo(request(OPTIONS));
    expect(fieldOf(answer, "Allow")).toContain("UPDATE");
    expect(fieldOf(answer, "Accept")).toContain("application/sdp");
    expect(fieldOf(answer, "Supported")).toBe("timer");
    expect(fieldOf(answer, "Contact")).toBe("<sip:192.0.2.10:5070>");
    expect(toTagOf(answer)).not.toBe("");
  });

  test.each([
    ["takes calls", () => true, "200 OK"],
    ["takes none", () => false, "503 Service Unavailable"],
    ["fails at finding out", () => {
      throw new Error("broken");
    }, "200 OK"],
  ])("answers an OPTIONS as it would an INVITE where it %s", async (_, takesCalls, status) => {
    const [answer] = await answerTo(request(OPTIONS), { takesCalls });
    expect(answer.split("\r\n")[0]).toBe(`SIP/2.0 ${status}`);
    expect(fieldsOf(answer, "Retry-After")).toEqual(status === "200 OK" ? [] : ["5"]);
  });

  test("answers an OPTIONS within a call, whether it takes others or not", async () => {
    const wire = await SipWire.open({
      onInvite: (call) => void call.answer(sdpBytes("answer")),
      takesCalls: () => false,
    });
    const peer = new SipPeer(wire);
    await peer.establish();
    expect(startLines(await peer.send("OPTIONS"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test("names what it lacks in a 420", async () => {
    const [answer] = await answerTo(request(INVITE, "Require: 100rel, timer, norefersub"));
    expect(fieldOf(answer, "Unsupported")).toBe("100rel, norefersub");
  });

  test("names its methods in a 405", async () => {
    const [answer] = await answerTo(request("DANCE sip:x@h SIP/2.0"));
    expect(fieldOf(answer, "Allow").split(", ")).toContain("INVITE");
  });

  test("names the shortest session timer in a 422", async () => {
    const [answer] = await answerTo(
      request(INVITE, "Supported: timer", "Session-Expires: 60"),
      { minSessionExpires: 120 },
    );
    expect(fieldOf(answer, "Min-SE")).toBe("120");
  });

  test("refuses a body it must understand and does not with 415", async () => {
    const wire = await SipWire.open({ onInvite: (call) => void call.ring() });
    const peer = new SipPeer(wire);
    const [{ text }] = await peer.send("INVITE", {
      body: "x",
      lines: ["Content-Type: text/plain"],
    });
    expect(startLines([{ text, to: wire.agent.local }])).toEqual([
      "SIP/2.0 415 Unsupported Media Type",
    ]);
    expect(fieldOf(text, "Accept")).toContain("application/sdp");
  });

  test("refuses an encoded body with 415 and says which encoding it takes", async () => {
    const wire = await SipWire.open({ onInvite: (call) => void call.ring() });
    const lines = ["Content-Type: application/sdp", "Content-Encoding: gzip"];
    const [{ text }] = await new SipPeer(wire).send("INVITE", { body: "x", lines });
    expect(text).toMatch(/^SIP\/2\.0 415 /);
    expect(fieldOf(text, "Accept-Encoding")).toBe("identity");
  });

  test("finds the session description in a multipart body", async () => {
    let offer: Uint8Array | undefined;
    const wire = await SipWire.open({ onInvite: (call) => void (offer = call.remoteSdp) });
    const body = [
      ...["preamble", "--b 1", "Content-Type: application/isup", "", "\u0001\u0002"],
      ...["--b 1", "Content-Type: application/sdp", "", "v=0", "s=part", "--b 1--", ""],
    ].join("\r\n");
    await new SipPeer(wire).send("INVITE", {
      body,
      lines: ['Content-Type: multipart/mixed;boundary="b 1"'],
    });
    expect(new TextDecoder().decode(offer)).toBe("v=0\r\ns=part");
  });

  test("ignores a body that need not be understood", async () => {
    const calls: SipCall[] = [];
    const wire = await SipWire.open({ onInvite: (call) => void calls.push(call) });
    await new SipPeer(wire).send("INVITE", {
      body: "x",
      lines: ["Content-Type: text/x", "Content-Disposition: session;handling=optional"],
    });
    expect(calls.map((call) => call.remoteSdp)).toEqual([undefined]);
  });

  test("copies several Vias in order and stamps only the first", async () => {
    const [answer] = await answerTo(
      request(
        OPTIONS,
        "Via: SIP/2.0/UDP proxy.example:5060;rport;branch=z9hG4bK1, SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK2",
      ).replace("Max-Forwards", "v: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK3;rport\r\nMax-Forwards"),
    );
    expect(fieldsOf(answer, "Via")).toEqual([
      "SIP/2.0/UDP proxy.example:5060;rport=5060;branch=z9hG4bK1;received=192.0.2.20, " +
      "SIP/2.0/TCP 10.0.0.1;branch=z9hG4bK2",
      "SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK3;rport",
    ]);
  });

  test.each([
    ["sent-by without rport", "192.0.2.20:5099", { address: "192.0.2.20", port: 5099 }, ""],
    ["the default port without any", "192.0.2.20", { address: "192.0.2.20", port: 5060 }, ""],
    [
      "the source with rport",
      "192.0.2.20:5099;rport",
      { address: "192.0.2.20", port: 4444 },
      "192.0.2.20",
    ],
    [
      "the source address for a name",
      "pc.example",
      { address: "192.0.2.20", port: 5060 },
      "192.0.2.20",
    ],
    ["the source address, whatever is claimed", "10.9.9.9:5062;received=1.1.1.1", {
      address: "192.0.2.20",
      port: 5062,
    }, "192.0.2.20"],
  ])("answers to %s", async (_name, sentBy, to, received) => {
    const wire = await SipWire.open();
    const text = request(OPTIONS, `Via: SIP/2.0/UDP ${sentBy};branch=z9hG4bKr`);
    const [answer] = await wire.udp(text, { address: "192.0.2.20", port: 4444 });
    expect(answer.to).toMatchObject(to);
    const stamp = /;received=([^;]+)/.exec(fieldOf(answer.text, "Via"))?.[1] ?? "";
    expect(stamp).toBe(received);
  });

  test("answers what it cannot read to where its unreadable Via came from", async () => {
    const wire = await SipWire.open();
    const source = { address: "192.0.2.77", port: 4444 };
    const [answer] = await wire.udp(request(OPTIONS, "Via: broken"), source);
    expect(answer.to).toMatchObject(source);
    expect(answer.text).toMatch(/^SIP\/2\.0 400 /);
    expect(fieldOf(answer.text, "Via")).toBe("broken");
    expect(wire.agent.counters.faults).toEqual({ via: 1 });
  });

  test("speaks IPv6", async () => {
    const wire = await SipWire.open({
      host: "2001:db8::10",
      onInvite: (call) => void call.answer(sdpBytes("answer")),
    });
    const text = request(
      "INVITE sip:x@[2001:db8::10]:5070 SIP/2.0",
      "Via: SIP/2.0/UDP [2001:db8::20]:5066;branch=z9hG4bK6",
    );
    const [answer] = await wire.udp(text, { address: "2001:db8::20", port: 5066 });
    expect(answer.to).toMatchObject({ address: "2001:db8::20", port: 5066 });
    expect(fieldOf(answer.text, "Contact")).toBe("<sip:[2001:db8::10]:5070>");
    expect(fieldOf(answer.text, "Via")).toBe("SIP/2.0/UDP [2001:db8::20]:5066;branch=z9hG4bK6");
  });

  test("reads compact forms and names in UTF-8", async () => {
    const calls: SipCall[] = [];
    const wire = await SipWire.open({ onInvite: (call) => void calls.push(call) });
    await wire.udp(sip(
      `INVITE sip:4930@192.0.2.10 SIP/2.0
      v: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKc
      f: "Zoë ☎" <sip:zo%C3%AB@192.0.2.20>;tag=z
      t: <sip:4930@192.0.2.10>
      i: compact
      CSeq: 1 INVITE
      m: <sip:zoe@192.0.2.20>
      X-Sofia-Channel: 7b6f
      c: application/sdp`,
      sdp("offer"),
    ));
    expect(calls.length).toBe(1);
    const [{ from, requestUser, request: { headers }, remoteSdp }] = calls;
    expect(from).toEqual({ name: "Zoë ☎", uri: "sip:zo%C3%AB@192.0.2.20", user: "zoë" });
    expect(requestUser).toBe("4930");
    expect(headers.get("x-sofia-channel")).toBe("7b6f");
    expect(remoteSdp).toEqual(sdpBytes("offer"));
  });

  test("refuses a request that came on two ways with 482", async () => {
    const wire = await SipWire.open({ onInvite: (call) => void call.ring() });
    await wire.udp(request(INVITE));
    const other = request(INVITE, "Via: SIP/2.0/UDP 192.0.2.20:5060;branch=z9hG4bKb");
    expect(startLines(await wire.udp(other))).toEqual(["SIP/2.0 482 Loop Detected"]);
    expect(wire.agent.counters.calls).toBe(1);
  });

  test("says 480 when nobody takes calls, and 500 when whoever takes them throws", async () => {
    const errors: unknown[] = [];
    expect((await answerTo(request(INVITE), { onInvite: undefined }))[0]).toMatch(
      /^SIP\/2\.0 480 /,
    );
    const broken = new Error("broken");
    const [answer] = await answerTo(request(INVITE), {
      onInvite: () => {
        throw broken;
      },
      onHandlerError: (error) => errors.push(error),
    });
    expect(answer).toMatch(/^SIP\/2\.0 500 /);
    expect(errors).toEqual([broken]);
  });
});
