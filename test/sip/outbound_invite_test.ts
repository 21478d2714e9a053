import { describe, expect, test } from "bun:test";
import { type InviteOptions, type SipCall, SipStatusError } from "../../src/sip/mod.ts";
import { CONTACT, outboundScene as scene, TARGET } from "../support/outbound_scene.ts";
import { respond, sdp, sdpBytes, sdpNameOf } from "../support/sip_peer.ts";
import {
  fieldOf,
  fieldsOf,
  type Sent,
  sip,
  SipWire,
  startLines,
  THEIRS,
  toTagOf,
} from "../support/sip_wire.ts";

async function established(changes: Partial<InviteOptions> = {}) {
  const all = await scene(changes);
  const ok = respond(all.invite.text, "200 OK", { body: sdp("answer"), lines: [CONTACT] });
  const [ack] = await all.wire.udp(ok);
  return { ...all, ok, ack, call: await all.outcome as SipCall };
}

/** A request of the called within the dialog of an INVITE. */
function fromCalled(invite: string, method: string, tag = "their-tag", lines = ""): string {
  return sip(`${method} sip:192.0.2.10:5070 SIP/2.0
    Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bK-${method}-${tag}
    From: ${fieldOf(invite, "To")};tag=${tag}
    To: ${fieldOf(invite, "From")}
    Call-ID: ${fieldOf(invite, "Call-ID")}
    CSeq: 9 ${method}${lines}`);
}

describe("OutboundInvite", () => {
  test("says in its INVITE what RFC 3261 section 8.1.1 wants", async () => {
    const { invite } = await scene({
      from: '"Sofia" <sip:agent@example.com>',
      headers: { "X-Campaign": "7" },
    });
    expect(startLines([invite])).toEqual([`INVITE ${TARGET} SIP/2.0`]);
    expect(invite.to).toMatchObject(THEIRS);
    const { text } = invite;
    expect(fieldOf(text, "Via")).toMatch(
      /^SIP\/2\.0\/UDP 192\.0\.2\.10:5070;rport;branch=z9hG4bK\w{20}$/,
    );
    expect(fieldOf(text, "From")).toMatch(/^"Sofia" <sip:agent@example\.com>;tag=\w{12}$/);
    expect(fieldOf(text, "To")).toBe(`<${TARGET}>`);
    expect(fieldOf(text, "CSeq")).toBe("1 INVITE");
    expect(fieldOf(text, "Max-Forwards")).toBe("70");
    expect(fieldOf(text, "Contact")).toBe("<sip:192.0.2.10:5070>");
    expect(fieldOf(text, "Session-Expires")).toBe("1800");
    expect(fieldOf(text, "Supported")).toBe("timer");
    expect(fieldOf(text, "Allow")).toContain("UPDATE");
    expect(fieldOf(text, "Content-Type")).toBe("application/sdp");
    expect(fieldOf(text, "User-Agent")).toBe("sofia-phone");
    expect(fieldOf(text, "X-Campaign")).toBe("7");
    expect(sdpNameOf(text)).toBe("offer");
  });

  test("acknowledges the answer, each time it comes", async () => {
    const { wire, ack, ok, call } = await established();
    expect(startLines([ack])).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(ack.text, "CSeq")).toBe("1 ACK");
    expect(toTagOf(ack.text)).toBe("their-tag");
    expect(call.state).toBe("confirmed");
    expect(call.remoteSdp).toEqual(sdpBytes("answer"));
    expect([call.direction, call.to.user, wire.agent.counters.calls]).toEqual(["out", "1001", 1]);
    expect(await wire.udp(ok)).toEqual([ack]);
  });

  test("is ended by the called", async () => {
    const { wire, invite, ends } = await established();
    const sent = await wire.udp(fromCalled(invite.text, "BYE"));
    expect(startLines(sent)).toEqual(["SIP/2.0 200 OK"]);
    expect(ends).toEqual([{ cause: "remote", status: undefined, reason: undefined }]);
    expect(wire.agent.counters.calls).toBe(0);
  });

  test("follows the Record-Route of the answer backwards", async () => {
    const { wire, invite } = await scene();
    const lines = [
      CONTACT,
      "Record-Route: <sip:192.0.2.31;lr>",
      "Record-Route: <sip:192.0.2.30;lr>",
    ];
    const [ack] = await wire.udp(respond(invite.text, "200 OK", { body: sdp("answer"), lines }));
    expect(fieldsOf(ack.text, "Route")).toEqual(["<sip:192.0.2.30;lr>", "<sip:192.0.2.31;lr>"]);
    expect(ack.to).toMatchObject({ address: "192.0.2.30" });
  });

  test("goes by way of a proxy", async () => {
    const { invite } = await scene({ proxy: "sip:192.0.2.9:5080", target: "sip:1@example.com" });
    expect(invite.to).toMatchObject({ address: "192.0.2.9", port: 5080 });
    expect(fieldOf(invite.text, "Route")).toBe("<sip:192.0.2.9:5080;lr>");
    expect(startLines([invite])).toEqual(["INVITE sip:1@example.com SIP/2.0"]);
  });

  test("tells of progress, with early media", async () => {
    const heard: [number, string][] = [];
    const { wire, invite, outcome } = await scene({
      handlers: {
        onProgress: (response, early) => {
          heard.push([response.status, early ? new TextDecoder().decode(early) : ""]);
        },
      },
    });
    await wire.udp(respond(invite.text, "100 Trying"));
    await wire.udp(respond(invite.text, "180 Ringing"));
    await wire.udp(respond(invite.text, "183 Progress", { body: sdp("early") }));
    expect(heard).toEqual([[180, ""], [183, sdp("early")]]);
    // An answer without a description of its own has said all before.
    await wire.udp(respond(invite.text, "200 OK", { lines: [CONTACT] }));
    expect((await outcome as SipCall).remoteSdp).toEqual(sdpBytes("early"));
  });

  test("answers OPTIONS while it rings", async () => {
    const { wire, invite } = await scene();
    await wire.udp(respond(invite.text, "180 Ringing", { lines: [CONTACT] }));
    expect(startLines(await wire.udp(fromCalled(invite.text, "OPTIONS")))).toEqual([
      "SIP/2.0 200 OK",
    ]);
  });

  test("repeats the INVITE without end of interval, and gives up after 64 * T1", async () => {
    const { wire, outcome } = await scene();
    const times: number[] = [];
    for (let ms = 500; ms < 32_000; ms += 500) {
      if ((await wire.pass(500)).length > 0) times.push(ms);
    }
    expect(times).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    await wire.pass(500);
    expect(await outcome).toMatchObject({ status: 408 });
    expect(wire.clock.pending).toBe(0);
  });

  test("acknowledges a refusal on its own way, each time it comes", async () => {
    const { wire, invite, outcome } = await scene();
    const busy = respond(invite.text, "486 Busy Here", { lines: ["Retry-After: 9"] });
    const [ack] = await wire.udp(busy);
    expect(startLines([ack])).toEqual([`ACK ${TARGET} SIP/2.0`]);
    expect(fieldOf(ack.text, "Via")).toBe(fieldOf(invite.text, "Via"));
    expect(toTagOf(ack.text)).toBe("their-tag");
    expect(await wire.udp(busy)).toEqual([ack]);
    const error = await outcome as SipStatusError;
    expect(error).toBeInstanceOf(SipStatusError);
    expect([error.status, error.message]).toEqual([
      486,
      "Cannot call sip:1001@192.0.2.20 as the peer refuses: 486 Busy Here",
    ]);
    expect(error.response?.headers.get("Retry-After")).toBe("9");
    await wire.pass(32_000);
    expect(wire.clock.pending).toBe(0);
  });

  test("brings the new address of a redirection to whoever called", async () => {
    const { wire, invite, outcome } = await scene();
    await wire.udp(respond(invite.text, "302 Moved", { lines: ["Contact: <sip:9@192.0.2.9>"] }));
    const { status, response } = await outcome as SipStatusError;
    expect([status, response?.headers.get("Contact")]).toEqual([302, "<sip:9@192.0.2.9>"]);
  });

  test("proves who it is to its own realm, with CSeq 2 and a new branch", async () => {
    const auth = { username: "agent", password: "secret", realm: "example.com" };
    const { wire, invite } = await scene({ auth });
    const challenge = 'Proxy-Authenticate: Digest realm="example.com", nonce="n", qop="auth"';
    const sent = await wire.udp(respond(invite.text, "407 Prove", { lines: [challenge] }));
    expect(startLines(sent)).toEqual([`ACK ${TARGET} SIP/2.0`, `INVITE ${TARGET} SIP/2.0`]);
    const second = sent[1].text;
    expect(fieldOf(second, "CSeq")).toBe("2 INVITE");
    expect(fieldOf(second, "Proxy-Authorization")).toContain('username="agent"');
    expect(fieldOf(second, "Call-ID")).toBe(fieldOf(invite.text, "Call-ID"));
    expect(fieldOf(second, "Via")).not.toBe(fieldOf(invite.text, "Via"));
    const [ack] = await wire.udp(respond(second, "200 OK", { body: sdp("a"), lines: [CONTACT] }));
    expect(fieldOf(ack.text, "CSeq")).toBe("2 ACK");
  });

  test.each([
    ["another realm", 'realm="evil.example", nonce="n"', 1],
    ["a wrong password", 'realm="example.com", nonce="n"', 2],
  ])("gives no proof to %s for ever", async (_name, challenge, tries) => {
    const auth = { username: "agent", password: "secret", realm: "example.com" };
    const { wire, invite, outcome } = await scene({ auth });
    const lines = [`WWW-Authenticate: Digest ${challenge}`];
    let seen = 0;
    for (let next: Sent | undefined = invite; next !== undefined; seen++) {
      const sent: Sent[] = await wire.udp(respond(next.text, "401 Prove", { lines }));
      next = sent.find(({ text }) => text.startsWith("INVITE"));
    }
    expect(seen).toBe(tries);
    expect(await outcome).toMatchObject({ status: 401 });
  });

  test("takes the longer session timer that a 422 asks for", async () => {
    const { wire, invite } = await scene({}, { sessionExpires: 90 });
    const sent = await wire.udp(respond(invite.text, "422 No", { lines: ["Min-SE: 600"] }));
    const again = sent[1].text;
    expect(fieldOf(again, "Session-Expires")).toBe("600");
    expect(fieldOf(again, "Min-SE")).toBe("600");
    expect(fieldOf(again, "CSeq")).toBe("2 INVITE");
  });

  test("gives up with a CANCEL once the peer is at work", async () => {
    const controller = new AbortController();
    const { wire, invite, outcome } = await scene({ signal: controller.signal });
    controller.abort(new Error("caller changed his mind"));
    const error = await outcome as SipStatusError;
    expect([error.status, (error.cause as Error).message]).toEqual([
      487,
      "caller changed his mind",
    ]);
    expect(await wire.pass(0)).toEqual([]);
    const [cancel] = await wire.udp(respond(invite.text, "180 Ringing"));
    expect(startLines([cancel])).toEqual([`CANCEL ${TARGET} SIP/2.0`]);
    expect(fieldOf(cancel.text, "Via")).toBe(fieldOf(invite.text, "Via"));
    expect(fieldOf(cancel.text, "CSeq")).toBe("1 CANCEL");
    expect(fieldOf(cancel.text, "To")).toBe(`<${TARGET}>`);
    await wire.udp(respond(cancel.text, "200 OK"));
    const [ack] = await wire.udp(respond(invite.text, "487 Request Terminated"));
    expect(startLines([ack])).toEqual([`ACK ${TARGET} SIP/2.0`]);
    await wire.pass(64_000);
    expect(wire.clock.pending).toBe(0);
  });

  test("hangs up what was answered while the CANCEL was on its way", async () => {
    const controller = new AbortController();
    const { wire, invite, outcome, ends } = await scene({ signal: controller.signal });
    await wire.udp(respond(invite.text, "180 Ringing"));
    controller.abort();
    expect(startLines(await wire.pass(0))).toEqual([`CANCEL ${TARGET} SIP/2.0`]);
    const ok = respond(invite.text, "200 OK", { body: sdp("answer"), lines: [CONTACT] });
    expect(startLines(await wire.udp(ok))).toEqual([
      "ACK sip:1001@192.0.2.20:5060 SIP/2.0",
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    expect(await outcome).toMatchObject({ status: 487 });
    expect(ends).toEqual([]);
  });

  test("stops waiting 64 * T1 after a CANCEL that is not followed by anything", async () => {
    const controller = new AbortController();
    const { wire, invite } = await scene({ signal: controller.signal });
    await wire.udp(respond(invite.text, "180 Ringing"));
    controller.abort();
    await wire.pass(70_000);
    expect(wire.agent.counters.transactions).toBe(0);
    expect(wire.clock.pending).toBe(0);
  });

  test("does not begin when it was given up before", async () => {
    const wire = await SipWire.open();
    const error = await wire.agent.invite({ target: TARGET, signal: AbortSignal.abort() })
      .catch((error) => error);
    expect(error).toMatchObject({ status: 487 });
    expect(await wire.pass(0)).toEqual([]);
  });

  test("lets it ring for as long as it was told to", async () => {
    const { wire, invite, outcome } = await scene({ ringTimeoutMs: 20_000 });
    await wire.udp(respond(invite.text, "180 Ringing"));
    expect(await wire.pass(19_999)).toEqual([]);
    expect(startLines(await wire.pass(1))).toEqual([`CANCEL ${TARGET} SIP/2.0`]);
    expect(await outcome).toMatchObject({ status: 408 });
  });

  test("keeps the first answer of a forked call and hangs up the others", async () => {
    const { wire, invite, call } = await established();
    const other = respond(invite.text, "200 OK", {
      body: sdp("other"),
      toTag: "fork",
      lines: ["Contact: <sip:fork@192.0.2.66>"],
    });
    const sent = await wire.udp(other);
    expect(startLines(sent)).toEqual([
      "ACK sip:fork@192.0.2.66 SIP/2.0",
      "BYE sip:fork@192.0.2.66 SIP/2.0",
    ]);
    expect(sent.map(({ text }) => toTagOf(text))).toEqual(["fork", "fork"]);
    expect(startLines(await wire.udp(other))).toEqual(["ACK sip:fork@192.0.2.66 SIP/2.0"]);
    expect(call.state).toBe("confirmed");
  });

  test("ignores responses that are not for it", async () => {
    const { wire, invite } = await scene();
    const ok = respond(invite.text, "200 OK", { body: sdp("answer") });
    await wire.udp(ok.replace("branch=z9hG4bK", "branch=z9hG4bKx"));
    await wire.udp(ok.replace("Via:", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK9\r\nVia:"));
    await wire.udp(ok.replace("1 INVITE", "1 OPTIONS"));
    expect(wire.agent.counters.stray).toBe(3);
    expect(wire.agent.counters.calls).toBe(0);
  });

  test.each([
    ["1001", "Cannot call as the target must be a sip: URI without headers: current value is 1001"],
    [
      "tel:1001",
      "Cannot call as the target must be a sip: URI without headers: current value is tel:1001",
    ],
    [
      "sip:a@b;transport=sctp",
      "Cannot send as the transport must be udp or tcp: current value is sctp",
    ],
  ])("throws for a target that is none: %s", async (target, message) => {
    const wire = await SipWire.open();
    const error = await wire.agent.invite({ target }).catch((error) => error);
    expect([error.name, error.message]).toEqual(["SyntaxError", message]);
  });

  test("throws for a name of the caller that would start another field", async () => {
    const wire = await SipWire.open();
    const from = '"a\nb" <sip:a@b>';
    await expect(wire.agent.invite({ target: "sip:a@phones.example", from })).rejects.toThrow(
      'from must hold no line break and no NUL: current value is "\\"a\\nb\\" <sip:a@b>"',
    );
  });

  test("throws for a field that would start another one", async () => {
    const wire = await SipWire.open();
    const error = await wire.agent.invite({ target: TARGET, headers: { "X-A": "1\r\nX-B: 2" } })
      .catch((error) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect(await wire.pass(0)).toEqual([]);
  });
});
