import { describe, expect, test } from "bun:test";
import { answer, inboundScene } from "../support/inbound_scene.ts";
import { respond, sdp, sdpBytes, sdpNameOf, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, fieldsOf, SipWire, startLines, THEIRS, toTagOf } from "../support/sip_wire.ts";

describe("Session", () => {
  test("hangs up with a BYE, and is done when that is confirmed", async () => {
    const { peer, call, ends, wire } = await inboundScene(answer);
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
    const { peer, call, wire } = await inboundScene(answer);
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
    const { peer, call, wire } = await inboundScene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    void call().hangup();
    expect(await wire.pass(0)).toEqual([]);
    expect(startLines(await wire.pass(500))).toEqual(["SIP/2.0 200 OK"]);
    expect(startLines(await peer.send("ACK"))).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(await peer.send("ACK", { cseq: 1 })).toEqual([]);
  });

  test("answers a BYE that crosses ours", async () => {
    const { peer, call, ends } = await inboundScene(answer);
    await peer.establish();
    void call().hangup();
    const sent = await peer.send("BYE");
    expect(startLines(sent)).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0", "SIP/2.0 200 OK"]);
    expect(ends.map(({ cause }) => cause)).toEqual(["local"]);
  });

  test("offers in its 200 when the INVITE did not, and gets the answer from the ACK", async () => {
    const answers: string[] = [];
    const events: string[] = [];
    const { peer, call } = await inboundScene((call) => void call.answer(sdpBytes("our offer")), {
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

  test("tells nobody of an answer that comes with the ACK after the end", async () => {
    const events: string[] = [];
    const { peer, call, ends } = await inboundScene(
      (call) => void call.answer(sdpBytes("our offer")),
      { onAnswer: () => events.push("answer"), onConfirmed: () => events.push("confirmed") },
    );
    await peer.send("INVITE");
    void call().hangup();
    expect(startLines(await peer.send("ACK", { body: sdp("their answer") }))).toEqual([
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    expect(events).toEqual([]);
    expect(ends.map(({ cause }) => cause)).toEqual(["local"]);
  });

  test("hangs up when told to over the answer in the ACK", async () => {
    const { peer, ends, call } = await inboundScene(
      (call) => void call.answer(sdpBytes("our offer")),
      { onAnswer: () => void call().hangup() },
    );
    await peer.send("INVITE");
    expect(startLines(await peer.send("ACK", { body: sdp("their answer") }))).toEqual([
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    expect(ends.map(({ cause }) => cause)).toEqual(["local"]);
  });

  test("hangs up when the ACK lacks the answer that it must bring", async () => {
    const { peer, ends } = await inboundScene((call) => void call.answer(sdpBytes("our offer")));
    await peer.send("INVITE");
    const [bye] = await peer.send("ACK");
    expect(ends.map(({ cause }) => cause)).toEqual(["local"]);
    expect(bye?.text.slice(0, 3)).toBe("BYE");
  });

  test("follows the Record-Route of its INVITE, loose routers first", async () => {
    const { peer, call, wire } = await inboundScene(answer);
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
    const { peer, call, wire } = await inboundScene(answer);
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
    const { peer, call, wire } = await inboundScene(answer);
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

  test("follows a caller behind a NAT to where its accepted re-INVITE came from", async () => {
    const { peer, call, wire } = await inboundScene(answer, { onOffer: () => sdpBytes("moved") });
    const before = { address: "192.0.2.98", port: 31_000 };
    const after = { address: "192.0.2.99", port: 32_000 };
    const from = (host: string, text: string) =>
      text.replaceAll("192.0.2.20:5060", `${host}:5060`).replace(";branch", ";rport;branch");
    const invite = from("10.0.0.5", peer.text("INVITE", { body: sdp("offer") }));
    peer.toTag = toTagOf((await wire.udp(invite, before))[0].text);
    await wire.udp(from("10.0.0.5", peer.text("ACK")), before);
    await wire.udp(from("172.16.0.7", peer.text("INVITE", { body: sdp("here") })), after);
    await wire.udp(from("172.16.0.7", peer.text("ACK")), after);
    void call().hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:1001@172.16.0.7:5060 SIP/2.0"]);
    expect(bye.to).toMatchObject(after);
  });

  test("keeps the connection that the caller has moved to, and lets go of the one before", async () => {
    const wire = await SipWire.open({
      limits: { idleConnectionMs: 5_000 },
      sessionExpires: 0,
      onInvite: answer,
    });
    const peer = new SipPeer(wire);
    const [before, after] = [31_000, 32_000].map((port) => wire.dial({ ...THEIRS, port }));
    const tcp = (method: string, body = "") =>
      peer.text(method, { body }).replace("/UDP", "/TCP").replace(":5060>", ":5060;transport=tcp>");
    before.say(tcp("INVITE", sdp("offer")));
    await wire.pass(0);
    peer.toTag = toTagOf(before.taken()[0]);
    before.say(tcp("ACK"));
    after.say(tcp("INVITE", sdp("offer")));
    await wire.pass(0);
    after.say(tcp("ACK"));
    await wire.pass(60_000);
    expect([before.isClosed, after.isClosed]).toEqual([true, false]);
    after.say(tcp("BYE"));
    await wire.pass(60_000);
    expect(after.isClosed).toBe(true);
  });

  test("stays where it was after a re-INVITE that was refused", async () => {
    const { peer, call, wire } = await inboundScene(answer, { onOffer: () => ({ status: 488 }) });
    await peer.establish();
    const text = peer.text("INVITE", { body: sdp("here") })
      .replaceAll("192.0.2.20:5060", "10.0.0.5:5060");
    await wire.udp(text, { address: "192.0.2.99", port: 32_000 });
    void call().hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(bye.to).toMatchObject(THEIRS);
  });

  test.each([
    ["Contact", []],
    ["Record-Route", ["Record-Route: <sip:192.0.2.77;lr>"]],
  ])("sends nothing to the %s of a caller that never acknowledges", async (_name, lines) => {
    const { peer, wire, ends } = await inboundScene(answer);
    const text = peer.text("INVITE", { body: sdp("offer"), lines })
      .replace("Contact: <sip:1001@192.0.2.20:5060>", "Contact: <sip:victim@192.0.2.77>");
    const sent = [...await wire.udp(text), ...await wire.pass(70_000)];
    expect(ends.map(({ cause }) => cause)).toEqual(["timeout"]);
    expect(sent.filter(({ text }) => text.startsWith("BYE")).length).toBe(11);
    expect(sent.filter(({ to }) => to.address !== THEIRS.address)).toEqual([]);
  });

  test("looks up no name for a caller that never acknowledges", async () => {
    const { peer, wire } = await inboundScene(answer);
    const names: string[] = [];
    wire.lookup = (host) => {
      names.push(host);
      return Promise.resolve("192.0.2.77");
    };
    const text = peer.text("INVITE", { body: sdp("offer") })
      .replace("Contact: <sip:1001@192.0.2.20:5060>", "Contact: <sip:a@name.example>");
    await wire.udp(text);
    const sent = await wire.pass(70_000);
    expect(sent.at(-1)?.text.slice(0, 3)).toBe("BYE");
    expect(names).toEqual([]);
  });

  test.each([
    ["a scheme", "sips:1001@192.0.2.20"],
    ["a transport", "sip:1001@192.0.2.20;transport=tls"],
    ["a name", "sip:1001@nowhere.example"],
  ])("hangs up on the way the call came when the Contact has %s we cannot follow", async (
    _name,
    contact,
  ) => {
    const { peer, call, wire } = await inboundScene(answer);
    const text = peer.text("INVITE", { body: sdp("offer") })
      .replace("Contact: <sip:1001@192.0.2.20:5060>", `Contact: <${contact}>`);
    peer.toTag = toTagOf((await wire.udp(text))[0].text);
    await peer.send("ACK");
    void call().hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual([`BYE ${contact} SIP/2.0`]);
    expect(bye.to).toMatchObject(THEIRS);
  });

  test("refuses a request whose CSeq goes back with 500", async () => {
    const { peer } = await inboundScene(answer);
    await peer.establish();
    expect(startLines(await peer.send("INFO", { cseq: 9 }))).toEqual(["SIP/2.0 200 OK"]);
    expect(startLines(await peer.send("INFO", { cseq: 5 }))).toEqual(["SIP/2.0 500 CSeq Is Old"]);
    expect(startLines(await peer.send("INFO", { cseq: 9 }))).toEqual(["SIP/2.0 500 CSeq Is Old"]);
  });

  test("answers OPTIONS within the call", async () => {
    const { peer } = await inboundScene(answer);
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
    const { peer } = await inboundScene(answer, { onDtmf: (...key) => keys.push(key) });
    await peer.establish();
    expect(startLines(await peer.send("INFO", { body, lines: [`Content-Type: ${type}`] })))
      .toEqual(["SIP/2.0 200 OK"]);
    expect(keys).toEqual([[digit, durationMs]]);
  });

  test("answers any other INFO with 200 and passes it on", async () => {
    const bodies: [string, number][] = [];
    const { peer } = await inboundScene(answer, {
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
    const { peer, call, wire } = await inboundScene(answer);
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
    const { peer, wire } = await inboundScene(answer, {
      onConfirmed: () => {
        throw new Error("broken");
      },
    });
    await peer.establish();
    expect(wire.agent.counters.handlerErrors).toBe(1);
    expect(startLines(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
  });
});
