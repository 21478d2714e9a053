import { describe, expect, test } from "bun:test";
import type { SipCall, SipCallEnd, SipCallHandlers } from "../../src/sip/mod.ts";
import { respond, sdp, sdpBytes, sdpNameOf, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, fieldsOf, SipWire, startLines, THEIRS, toTagOf } from "../support/sip_wire.ts";

interface Scene {
  readonly wire: SipWire;
  readonly peer: SipPeer;
  readonly ends: SipCallEnd[];
  readonly call: () => SipCall;
}

/** A wire, a caller, and a user agent that does `onInvite` with the call. */
async function scene(
  onInvite: (call: SipCall) => void,
  handlers: SipCallHandlers = {},
): Promise<Scene> {
  const ends: SipCallEnd[] = [];
  const calls: SipCall[] = [];
  const wire = await SipWire.open({
    onInvite: (call) => {
      calls.push(call);
      call.handlers = { ...handlers, onEnded: (end) => ends.push(end) };
      onInvite(call);
    },
  });
  return { wire, peer: new SipPeer(wire), ends, call: () => calls[0] };
}

const answer = (call: SipCall) => void call.answer(sdpBytes("answer"));
const ring = (call: SipCall) => void call.ring();
const nothing = () => {};

describe("InboundCall", () => {
  test("is answered, confirmed and ended by the caller", async () => {
    let confirmed = 0;
    const { peer, call, ends, wire } = await scene(answer, { onConfirmed: () => confirmed++ });
    const [ok] = await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
    expect(fieldOf(ok.text, "Contact")).toBe("<sip:192.0.2.10:5070>");
    expect(fieldOf(ok.text, "Allow")).toContain("BYE");
    expect(fieldOf(ok.text, "Supported")).toBe("timer");
    expect(sdpNameOf(ok.text)).toBe("answer");
    expect([call().state, confirmed]).toEqual(["answered", 0]);
    expect(await peer.send("ACK")).toEqual([]);
    expect([call().state, confirmed]).toEqual(["confirmed", 1]);
    expect(startLines(await peer.send("BYE", { lines: ["Reason: Q.850;cause=16"] })))
      .toEqual(["SIP/2.0 200 OK"]);
    expect(ends).toEqual([{ cause: "remote", status: undefined, reason: "Q.850;cause=16" }]);
    expect(wire.agent.counters.calls).toBe(0);
    await wire.pass(40_000);
    expect(wire.clock.pending).toBe(0);
  });

  test("gets a 100 at once when nobody answers at once", async () => {
    const { peer } = await scene(nothing);
    const [trying] = await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines([trying])).toEqual(["SIP/2.0 100 Trying"]);
    expect(fieldOf(trying.text, "To")).not.toContain("tag");
  });

  test("hears the 180 again when its INVITE comes again", async () => {
    const { peer, wire } = await scene(ring);
    const text = peer.text("INVITE", { body: sdp("offer") });
    const [first] = await wire.udp(text);
    const [second] = await wire.udp(text);
    expect(startLines([first])).toEqual(["SIP/2.0 180 Ringing"]);
    expect(second).toEqual(first);
    expect(wire.agent.counters).toMatchObject({ calls: 1, repeatedRequests: 1 });
  });

  test("hears nothing when its INVITE comes again after the answer: the 200 repeats itself", async () => {
    const { wire, peer } = await scene(answer);
    const text = peer.text("INVITE", { body: sdp("offer") });
    expect(startLines(await wire.udp(text))).toEqual(["SIP/2.0 200 OK"]);
    expect(await wire.udp(text)).toEqual([]);
    expect(wire.agent.counters.calls).toBe(1);
  });

  test("is reminded each minute while it rings, so that no proxy gives up", async () => {
    const { wire, peer } = await scene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines(await wire.pass(59_999))).toEqual([]);
    expect(startLines(await wire.pass(60_001))).toEqual([
      "SIP/2.0 180 Ringing",
      "SIP/2.0 180 Ringing",
    ]);
  });

  test("gets early media and then the answer", async () => {
    const { peer, call } = await scene((call) => void call.progress(sdpBytes("early")));
    const [progress] = await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines([progress])).toEqual(["SIP/2.0 183 Session Progress"]);
    expect(sdpNameOf(progress.text)).toBe("early");
    expect(call().answer(sdpBytes("answer"), { "X-Answered-By": "sofia" })).toBe(true);
  });

  test("repeats its 200 after T1, doubling up to T2, until the ACK", async () => {
    const { wire, peer } = await scene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    const times: number[] = [];
    for (let ms = 100; ms <= 12_000; ms += 100) {
      if (startLines(await wire.pass(100)).length > 0) times.push(ms);
    }
    expect(times).toEqual([500, 1_500, 3_500, 7_500, 11_500]);
    await peer.send("ACK");
    expect(await wire.pass(60_000)).toEqual([]);
  });

  test("hangs up when no ACK comes for 64 * T1", async () => {
    const { wire, peer, ends } = await scene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    const repeated = await wire.pass(31_999);
    expect(new Set(startLines(repeated))).toEqual(new Set(["SIP/2.0 200 OK"]));
    expect(repeated.length).toBe(10);
    const [bye] = await wire.pass(1);
    expect(startLines([bye])).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(ends).toEqual([{ cause: "timeout", status: undefined, reason: undefined }]);
  });

  test("is refused with a reason and further fields", async () => {
    const { wire, peer, ends, call } = await scene((call) =>
      void call.reject(486, { reason: "All Lines Busy", headers: { "Retry-After": "5" } })
    );
    const [busy] = await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines([busy])).toEqual(["SIP/2.0 486 All Lines Busy"]);
    expect(fieldOf(busy.text, "Retry-After")).toBe("5");
    expect(ends).toEqual([{ cause: "local", status: 486, reason: undefined }]);
    expect(call().answer(sdpBytes("late"))).toBe(false);
    expect(startLines(await wire.pass(500))).toEqual(["SIP/2.0 486 All Lines Busy"]);
    await peer.send("ACK", { branch: peer.inviteBranch });
    expect(await wire.pass(60_000)).toEqual([]);
    expect(wire.clock.pending).toBe(0);
  });

  test("cannot be refused with a status that is no refusal", async () => {
    const { peer, call } = await scene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(() => call().reject(200)).toThrow(
      "Cannot reject a call as the status must be 300-699: current value is 200",
    );
  });

  test("is cancelled while it rings: 200 for the CANCEL, 487 for the INVITE, with one tag", async () => {
    const { peer, ends, call } = await scene(ring);
    const [ringing] = await peer.send("INVITE", { body: sdp("offer") });
    const sent = await peer.send("CANCEL", { toTag: "", lines: ["Reason: SIP;cause=200"] });
    expect(startLines(sent)).toEqual(["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"]);
    expect(fieldOf(sent[0].text, "CSeq")).toBe("1 CANCEL");
    expect(fieldOf(sent[1].text, "CSeq")).toBe("1 INVITE");
    const tags = [ringing, ...sent].map(({ text }) => fieldOf(text, "To"));
    expect(new Set(tags).size).toBe(1);
    expect(ends).toEqual([{ cause: "cancelled", status: 487, reason: "SIP;cause=200" }]);
    expect(call().answer(sdpBytes("answer"))).toBe(false);
  });

  test("is not changed by a CANCEL after its 200", async () => {
    const { wire, peer, ends } = await scene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines(await peer.send("CANCEL", { toTag: "" }))).toEqual(["SIP/2.0 200 OK"]);
    expect(ends).toEqual([]);
    expect(startLines(await wire.pass(500))).toEqual(["SIP/2.0 200 OK"]);
    await peer.send("ACK");
    expect(startLines(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test("repeats its 487 although the call is over", async () => {
    const { wire, peer } = await scene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    await peer.send("CANCEL", { toTag: "" });
    expect(startLines(await wire.pass(3_500))).toEqual([
      "SIP/2.0 487 Request Terminated",
      "SIP/2.0 487 Request Terminated",
      "SIP/2.0 487 Request Terminated",
    ]);
    await peer.send("ACK", { branch: peer.inviteBranch });
    expect(await wire.pass(30_000)).toEqual([]);
  });

  test("answers a BYE before the answer with 200, and the INVITE with 487", async () => {
    const { peer, ends } = await scene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(
      (await peer.send("BYE")).map(({ text }) => `${text.slice(8, 11)} ${fieldOf(text, "CSeq")}`),
    )
      .toEqual(["200 2 BYE", "487 1 INVITE"]);
    expect(ends).toEqual([{ cause: "remote", status: undefined, reason: undefined }]);
  });

  test("is given up when the caller's Expires has passed", async () => {
    const { wire, peer, ends } = await scene(ring);
    await peer.send("INVITE", { body: sdp("offer"), lines: ["Expires: 20"] });
    expect(await wire.pass(19_999)).toEqual([]);
    expect(startLines(await wire.pass(1))).toEqual(["SIP/2.0 487 Request Terminated"]);
    expect(ends).toEqual([{ cause: "cancelled", status: 487, reason: undefined }]);
  });

  test("hangs up before the answer with a refusal", async () => {
    const { peer, call, ends, wire } = await scene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    void call().hangup({ status: 603, reason: "SIP;cause=603" });
    const [declined] = await wire.pass(0);
    expect(startLines([declined])).toEqual(["SIP/2.0 603 Decline"]);
    expect(fieldOf(declined.text, "Reason")).toBe("SIP;cause=603");
    expect(ends).toEqual([{ cause: "local", status: 603, reason: undefined }]);
  });

  test("hangs up with a BYE, and is done when that is confirmed", async () => {
    const { peer, call, ends, wire } = await scene(answer);
    await peer.establish();
    let isDone = false;
    void call().hangup({ reason: "Q.850;cause=16" }).then(() => isDone = true);
    expect(ends.length).toBe(1);
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(bye.text, "CSeq")).toBe("1 BYE");
    expect(fieldOf(bye.text, "Reason")).toBe("Q.850;cause=16");
    expect(fieldOf(bye.text, "To")).toBe('"Caller" <sip:1001@192.0.2.20>;tag=peer-tag');
    expect(fieldOf(bye.text, "From")).toBe(`<sip:1000@192.0.2.10>;tag=${peer.toTag}`);
    expect(isDone).toBe(false);
    expect(bye.to).toMatchObject(THEIRS);
    await wire.udp(respond(bye.text, "200 OK"));
    expect(isDone).toBe(true);
  });

  test("is done with hanging up when its BYE is never answered", async () => {
    const { peer, call, wire } = await scene(answer);
    await peer.establish();
    let isDone = false;
    void call().hangup().then(() => isDone = true);
    // Timer E: 500, 1000, 2000, 4000, 4000... up to 32 s.
    expect((await wire.pass(31_999)).length).toBe(11);
    expect(isDone).toBe(false);
    await wire.pass(1);
    expect(isDone).toBe(true);
  });

  test("waits for the ACK before it says BYE", async () => {
    const { peer, call, wire } = await scene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    void call().hangup();
    expect(await wire.pass(0)).toEqual([]);
    expect(startLines(await wire.pass(500))).toEqual(["SIP/2.0 200 OK"]);
    expect(startLines(await peer.send("ACK"))).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(await peer.send("ACK", { cseq: 1 })).toEqual([]);
  });

  test("answers a BYE that crosses ours", async () => {
    const { peer, call, ends } = await scene(answer);
    await peer.establish();
    void call().hangup();
    const sent = await peer.send("BYE");
    expect(startLines(sent)).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0", "SIP/2.0 200 OK"]);
    expect(ends.map(({ cause }) => cause)).toEqual(["local"]);
  });

  test("offers in its 200 when the INVITE did not, and gets the answer from the ACK", async () => {
    const answers: string[] = [];
    const events: string[] = [];
    const { peer, call } = await scene((call) => void call.answer(sdpBytes("our offer")), {
      onAnswer: (sdp) => {
        answers.push(sdpNameOf(`\r\n\r\n${new TextDecoder().decode(sdp)}`));
        events.push("answer");
      },
      onConfirmed: () => events.push("confirmed"),
    });
    const [ok] = await peer.send("INVITE");
    expect(call().remoteSdp).toBeUndefined();
    expect(sdpNameOf(ok.text)).toBe("our offer");
    await peer.send("ACK", { body: sdp("their answer") });
    expect(answers).toEqual(["their answer"]);
    expect(call().remoteSdp).toEqual(sdpBytes("their answer"));
    expect(events).toEqual(["answer", "confirmed"]);
  });

  test("hangs up when the ACK lacks the answer that it must bring", async () => {
    const { peer, ends } = await scene((call) => void call.answer(sdpBytes("our offer")));
    await peer.send("INVITE");
    const [bye] = await peer.send("ACK");
    expect(ends.map(({ cause }) => cause)).toEqual(["local"]);
    expect(bye?.text.slice(0, 3)).toBe("BYE");
  });

  test("follows the Record-Route of its INVITE, loose routers first", async () => {
    const { peer, call, wire } = await scene(answer);
    const lines = ["Record-Route: <sip:192.0.2.30;lr>, <sip:192.0.2.31:5090;lr>"];
    const [ok] = await peer.establish({ lines });
    expect(fieldsOf(ok.text, "Record-Route")).toEqual([
      "<sip:192.0.2.30;lr>, <sip:192.0.2.31:5090;lr>",
    ]);
    void call().hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldsOf(bye.text, "Route")).toEqual([
      "<sip:192.0.2.30;lr>",
      "<sip:192.0.2.31:5090;lr>",
    ]);
    expect(bye.to).toMatchObject({ address: "192.0.2.30", port: 5060 });
  });

  test("puts a strict router into the Request-URI", async () => {
    const { peer, call, wire } = await scene(answer);
    await peer.establish({ lines: ["Record-Route: <sip:192.0.2.30:5066>, <sip:192.0.2.31;lr>"] });
    void call().hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:192.0.2.30:5066 SIP/2.0"]);
    expect(fieldsOf(bye.text, "Route")).toEqual([
      "<sip:192.0.2.31;lr>",
      "<sip:1001@192.0.2.20:5060>",
    ]);
    expect(bye.to).toMatchObject({ address: "192.0.2.30", port: 5066 });
  });

  test("reaches a caller behind a NAT on the way its INVITE came", async () => {
    const { peer, call, wire } = await scene(answer);
    const source = { address: "192.0.2.99", port: 31_000 };
    const behindNat = (text: string) =>
      text.replaceAll("192.0.2.20:5060", "10.0.0.5:5060").replace(";branch", ";rport;branch");
    const [ok] = await wire.udp(behindNat(peer.text("INVITE", { body: sdp("offer") })), source);
    peer.toTag = toTagOf(ok.text);
    await wire.udp(behindNat(peer.text("ACK")), source);
    void call().hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:1001@10.0.0.5:5060 SIP/2.0"]);
    expect(bye.to).toMatchObject(source);
  });

  test("refuses a request whose CSeq goes back with 500", async () => {
    const { peer } = await scene(answer);
    await peer.establish();
    expect(startLines(await peer.send("INFO", { cseq: 9 }))).toEqual(["SIP/2.0 200 OK"]);
    expect(startLines(await peer.send("INFO", { cseq: 5 }))).toEqual(["SIP/2.0 500 CSeq Is Old"]);
    expect(startLines(await peer.send("INFO", { cseq: 9 }))).toEqual(["SIP/2.0 500 CSeq Is Old"]);
  });

  test("answers OPTIONS within the call", async () => {
    const { peer } = await scene(answer);
    await peer.establish();
    const [ok] = await peer.send("OPTIONS");
    expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
    expect(fieldOf(ok.text, "Allow")).toContain("UPDATE");
  });

  test.each([
    ["application/dtmf-relay", "Signal=5\r\nDuration=250\r\n", "5", 250],
    ["application/dtmf-relay", "Signal= *\r\nDuration= 90", "*", 90],
    ["application/dtmf-relay", "signal=11\nduration=99999999", "#", 60_000],
    ["Application/DTMF; charset=x", "d", "D", 160],
    ["application/dtmf", "0\r\n", "0", 160],
    ["application/dtmf", "15", "D", 160],
  ])("hears keys in INFO %s", async (type, body, digit, durationMs) => {
    const keys: [string, number][] = [];
    const { peer } = await scene(answer, { onDtmf: (...key) => keys.push(key) });
    await peer.establish();
    expect(startLines(await peer.send("INFO", { body, lines: [`Content-Type: ${type}`] })))
      .toEqual(["SIP/2.0 200 OK"]);
    expect(keys).toEqual([[digit, durationMs]]);
  });

  test("answers any other INFO with 200 and passes it on", async () => {
    const bodies: [string, number][] = [];
    const { peer } = await scene(answer, {
      onDtmf: () => bodies.push(["dtmf", 0]),
      onInfo: (type, body) => bodies.push([type, body.length]),
    });
    await peer.establish();
    const lines = ["Content-Type: message/update_display"];
    expect(startLines(await peer.send("INFO", { body: "to:", lines }))).toEqual(["SIP/2.0 200 OK"]);
    expect(startLines(await peer.send("INFO"))).toEqual(["SIP/2.0 200 OK"]);
    const odd = { body: "Signal=no", lines: ["Content-Type: application/dtmf-relay"] };
    expect(startLines(await peer.send("INFO", odd))).toEqual(["SIP/2.0 200 OK"]);
    expect(bodies).toEqual([["message/update_display", 3], ["", 0], ["application/dtmf-relay", 9]]);
  });

  test("sends INFO and tells what the peer said", async () => {
    const { peer, call, wire } = await scene(answer);
    await peer.establish();
    const status = call().info("application/dtmf-relay", new TextEncoder().encode("Signal=1"));
    const [info] = await wire.pass(0);
    expect(startLines([info])).toEqual(["INFO sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(info.text, "Content-Type")).toBe("application/dtmf-relay");
    await wire.udp(respond(info.text, "415 No"));
    expect(await status).toBe(415);
    await peer.send("BYE");
    expect(await call().info("text/plain", new Uint8Array(0))).toBe(481);
  });

  test("goes on when a handler throws, which is counted", async () => {
    const { peer, wire } = await scene(answer, {
      onConfirmed: () => {
        throw new Error("broken");
      },
    });
    await peer.establish();
    expect(wire.agent.counters.handlerErrors).toBe(1);
    expect(startLines(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test("matches repeated requests and the ACK of a caller from the days of RFC 2543", async () => {
    const { wire, peer, ends } = await scene((call) => void call.reject(486));
    const invite = peer.text("INVITE", { body: sdp("offer"), branch: "1" });
    const [busy] = await wire.udp(invite);
    expect(await wire.udp(invite)).toEqual([busy]);
    peer.toTag = toTagOf(busy.text);
    await wire.udp(peer.text("ACK", { branch: "1" }));
    expect(await wire.pass(32_000)).toEqual([]);
    expect(ends.length).toBe(1);
  });

  test("leaves nothing behind after a thousand calls", async () => {
    const { wire } = await scene(answer);
    for (let i = 0; i < 1000; i++) {
      const peer = new SipPeer(wire, `call-${i}`);
      await peer.establish();
      await peer.send("BYE");
    }
    expect(wire.agent.counters).toMatchObject({ calls: 0, retransmissions: 0, transactions: 2000 });
    await wire.pass(32_000);
    expect(wire.agent.counters.transactions).toBe(0);
    expect(wire.clock.pending).toBe(0);
  });
});
