import { describe, expect, test } from "bun:test";
import type { SipCall, SipUserAgentOptions } from "../../src/sip/mod.ts";
import { respond, sdp, sdpBytes, SipPeer } from "../support/sip_peer.ts";
import {
  fieldOf,
  fieldsOf,
  sip,
  SipWire,
  toTagOf,
  type WireConnection,
} from "../support/sip_wire.ts";

const SOURCE = { address: "192.0.2.20", port: 33_000 };

interface Scene {
  readonly wire: SipWire;
  readonly peer: SipPeer;
  readonly line: WireConnection;
  readonly calls: SipCall[];
}

async function scene(options: SipUserAgentOptions = {}): Promise<Scene> {
  const calls: SipCall[] = [];
  const wire = await SipWire.open({
    onInvite: (call) => {
      calls.push(call);
      call.answer(sdpBytes("answer"));
    },
    ...options,
  });
  return { wire, peer: new SipPeer(wire), line: wire.dial(SOURCE), calls };
}

/** A request of the peer as TCP carries it. */
function overTcp(text: string): string {
  return text.replace("SIP/2.0/UDP", "SIP/2.0/TCP");
}

const OPTIONS = sip(`OPTIONS sip:192.0.2.10 SIP/2.0
  Via: SIP/2.0/TCP 192.0.2.20:5060;branch=z9hG4bKo
  From: <sip:a@b>;tag=1
  To: <sip:c@d>
  Call-ID: o
  CSeq: 1 OPTIONS`);

async function established(all: Scene): Promise<SipCall> {
  all.line.say(overTcp(all.peer.text("INVITE", { body: sdp("offer") })));
  all.peer.toTag = toTagOf(all.line.taken()[0]);
  all.line.say(overTcp(all.peer.text("ACK")));
  await all.wire.pass(0);
  return all.calls[0];
}

const starts = (texts: string[]) => texts.map((text) => text.slice(0, text.indexOf("\r\n")));

describe("SIP over TCP", () => {
  test("answers on the connection, with exactly one Content-Length", async () => {
    const { line } = await scene();
    line.say(OPTIONS);
    const [answer] = line.taken();
    expect(starts([answer])).toEqual(["SIP/2.0 200 OK"]);
    expect(fieldsOf(answer, "Content-Length")).toEqual(["0"]);
    expect(fieldOf(answer, "Contact")).toBe("<sip:192.0.2.10:5070;transport=tcp>");
  });

  test("answers a keep-alive with one empty line", async () => {
    const { line } = await scene();
    line.say("\r\n\r\n");
    expect(line.taken()).toEqual(["\r\n"]);
  });

  test("reads messages however they are cut", async () => {
    const { line } = await scene();
    const other = OPTIONS.replace("z9hG4bKo", "z9hG4bKp").replace("Call-ID: o", "Call-ID: p");
    for (const char of OPTIONS + other) line.say(char);
    expect(line.taken().length).toBe(2);
    line.say("\r\n\r\n" + OPTIONS.replace("z9hG4bKo", "z9hG4bKq").replace("CSeq: 1", "CSeq: 2"));
    expect(line.taken().length).toBe(2);
  });

  test("repeats the 200 to an INVITE until its ACK here too", async () => {
    const { wire, peer, line } = await scene();
    line.say(overTcp(peer.text("INVITE", { body: sdp("offer") })));
    expect(starts(line.taken())).toEqual(["SIP/2.0 200 OK"]);
    await wire.pass(3_500);
    expect(starts(line.taken())).toEqual(Array(3).fill("SIP/2.0 200 OK"));
    line.say(overTcp(peer.text("ACK", { toTag: "wrong" })));
    await wire.pass(4_000);
    expect(line.taken().length).toBe(1);
  });

  test("says a refusal only once", async () => {
    const { wire, peer, line } = await scene({ onInvite: (call) => void call.reject(486) });
    line.say(overTcp(peer.text("INVITE", { body: sdp("offer") })));
    expect(starts(line.taken())).toEqual(["SIP/2.0 486 Busy Here"]);
    await wire.pass(31_000);
    expect(line.taken()).toEqual([]);
  });

  test("sends its own requests of a call on the caller's connection", async () => {
    const all = await scene();
    const call = await established(all);
    void call.hangup();
    const [bye] = all.line.taken();
    expect(starts([bye])).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(bye, "Via")).toContain("SIP/2.0/TCP 192.0.2.10:5070");
    expect(all.wire.made).toEqual([]);
  });

  test("connects to the Contact when the caller's connection is gone", async () => {
    const all = await scene();
    const call = await established(all);
    all.line.reset();
    expect(call.state).toBe("confirmed");
    void call.hangup();
    expect(all.wire.made.length).toBe(1);
    expect(all.wire.made[0].remote).toMatchObject({ address: "192.0.2.20", port: 5060 });
    expect(starts(all.wire.made[0].taken())).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
  });

  test("answers on a connection to sent-by when the request's own is gone", async () => {
    let ringing: SipCall | undefined;
    const { wire, peer, line } = await scene({ onInvite: (call) => void (ringing = call) });
    line.say(overTcp(peer.text("INVITE", { body: sdp("offer") })));
    line.reset();
    ringing!.reject(486);
    expect(wire.made[0].remote).toMatchObject({ address: "192.0.2.20", port: 5060 });
    expect(starts(wire.made[0].taken())).toEqual(["SIP/2.0 486 Busy Here"]);
  });

  test("uses one connection for several requests to the same peer", async () => {
    const { wire } = await scene();
    const target = "sip:7@192.0.2.20;transport=tcp";
    for (let i = 0; i < 3; i++) {
      void wire.agent.invite({ target, sdp: sdpBytes("offer") }).catch(() => {});
    }
    await wire.pass(0);
    expect(wire.made.length).toBe(1);
    expect(wire.made[0].taken().length).toBe(3);
    expect(wire.agent.counters.connections).toBe(2);
  });

  test("places a call, and keeps its connection while it lasts", async () => {
    const { wire, line } = await scene({ limits: { idleConnectionMs: 5_000 }, sessionExpires: 0 });
    const outcome = wire.agent.invite({
      target: "sip:7@192.0.2.20",
      transport: "tcp",
      sdp: sdpBytes("offer"),
    });
    await wire.pass(0);
    const [made] = wire.made;
    const [invite] = made.taken();
    expect(fieldOf(invite, "Contact")).toBe("<sip:192.0.2.10:5070;transport=tcp>");
    const lines = ["Contact: <sip:7@192.0.2.20;transport=tcp>"];
    made.say(respond(invite, "200 OK", { body: sdp("answer"), lines }));
    expect(starts(made.taken())).toEqual(["ACK sip:7@192.0.2.20;transport=tcp SIP/2.0"]);
    const call = await outcome;
    await wire.pass(60_000);
    expect([made.isClosed, line.isClosed]).toEqual([false, true]);
    void call.hangup();
    made.say(respond(made.taken()[0], "200 OK"));
    await wire.pass(60_000);
    expect(made.isClosed).toBe(true);
    expect(wire.agent.counters).toMatchObject({ closed: { idleConnectionMs: 2 }, connections: 0 });
    expect(wire.clock.pending).toBe(0);
  });

  test("fails a call when the connection cannot be made", async () => {
    const { wire } = await scene();
    const outcome = wire.agent.invite({ target: "sip:7@192.0.2.20;transport=tcp" })
      .catch((error) => error);
    await wire.pass(0);
    wire.made[0].reset();
    expect(await outcome).toMatchObject({
      status: 503,
      message: "Cannot call sip:7@192.0.2.20;transport=tcp as it cannot be reached",
    });
  });

  test("sends what is too long for UDP by TCP when told to", async () => {
    const { wire } = await scene({ tcpAboveBytes: 900 });
    const invite = (bytes: number) =>
      wire.agent.invite({ target: "sip:7@192.0.2.20", sdp: new Uint8Array(bytes).fill(65) })
        .catch(() => {});
    void invite(10);
    expect((await wire.pass(0)).length).toBe(1);
    void invite(1_000);
    expect(await wire.pass(0)).toEqual([]);
    const [text] = wire.made[0].taken();
    expect(fieldOf(text, "Via")).toContain("SIP/2.0/TCP");
  });

  test("answers what cannot be framed and closes", async () => {
    const { wire, line } = await scene();
    line.say(OPTIONS.replace("Content-Length: 0", "Content-Length: -1"));
    expect(starts(line.taken())).toEqual(["SIP/2.0 400 Content-Length is no number"]);
    await wire.pass(0);
    expect([line.isClosed, wire.agent.counters.connections]).toEqual([true, 0]);
    expect(wire.agent.counters.faults).toEqual({ "content-length": 1 });
  });

  test("answers what is merely wrong and reads on", async () => {
    const { line } = await scene();
    line.say(OPTIONS.replace("1 OPTIONS", "x OPTIONS") + OPTIONS);
    expect(starts(line.taken())).toEqual(["SIP/2.0 400 CSeq is malformed", "SIP/2.0 200 OK"]);
  });
});

describe("the limits of SIP over TCP", () => {
  test("closes a connection that leaves a message unfinished", async () => {
    const { wire, line } = await scene();
    line.say(OPTIONS.slice(0, 40));
    await wire.pass(9_999);
    expect(line.isClosed).toBe(false);
    line.say("x");
    await wire.pass(1);
    expect(line.isClosed).toBe(true);
    expect(wire.agent.counters.closed).toEqual({ partialMessageMs: 1 });
  });

  test("closes a silent connection, and keeps one that says keep-alives", async () => {
    const { wire, line } = await scene({ limits: { idleConnectionMs: 1_000 } });
    const lively = wire.dial({ address: "192.0.2.21", port: 1 });
    for (let i = 0; i < 3; i++) {
      await wire.pass(600);
      lively.say("\r\n\r\n");
    }
    expect([line.isClosed, lively.isClosed]).toEqual([true, false]);
  });

  test("takes so many connections in all and from one source", async () => {
    const { wire } = await scene({ limits: { maxConnections: 4, maxConnectionsPerSource: 2 } });
    const states = [SOURCE, SOURCE, { address: "192.0.2.21", port: 1 }, {
      address: "192.0.2.22",
      port: 1,
    }, { address: "192.0.2.23", port: 1 }].map((source) => wire.dial(source).isClosed);
    expect(states).toEqual([false, true, false, false, true]);
    expect(wire.agent.counters).toMatchObject({
      connections: 4,
      closed: { maxConnectionsPerSource: 1, maxConnections: 1 },
    });
    const outcome = wire.agent.invite({ target: "sip:7@192.0.2.99;transport=tcp" })
      .catch((error) => error);
    await wire.pass(0);
    expect(await outcome).toMatchObject({ status: 503 });
  });

  test("makes room when a connection ends", async () => {
    const { wire, line } = await scene({ limits: { maxConnectionsPerSource: 1 } });
    expect(wire.dial(SOURCE).isClosed).toBe(true);
    line.reset();
    expect(wire.dial(SOURCE).isClosed).toBe(false);
  });

  test("counts a peer that leaves its half open after nonsense, and closes it in the end", async () => {
    const { wire, line } = await scene({ limits: { maxConnectionsPerSource: 1 } });
    line.staysHalfOpen = true;
    line.say(OPTIONS.replace("Content-Length: 0\r\n", ""));
    expect(starts(line.taken())).toEqual(["SIP/2.0 400 Content-Length is missing on a stream"]);
    expect(wire.dial(SOURCE).isClosed).toBe(true);
    expect(wire.agent.counters.connections).toBe(1);
    line.say(OPTIONS);
    expect(line.taken()).toEqual([]);
    await wire.pass(2_000);
    expect([line.isClosed, wire.agent.counters.connections]).toEqual([true, 0]);
    expect(wire.dial(SOURCE).isClosed).toBe(false);
  });

  test("connects anew to a peer whose connection is about to close", async () => {
    const { wire, line } = await scene();
    line.staysHalfOpen = true;
    line.say(OPTIONS.replace("Content-Length: 0", "Content-Length: -1"));
    const target = `sip:7@${SOURCE.address}:${SOURCE.port};transport=tcp`;
    void wire.agent.invite({ target, sdp: sdpBytes("offer") }).catch(() => {});
    await wire.pass(0);
    expect(starts(wire.made[0].taken())).toEqual([`INVITE ${target} SIP/2.0`]);
    await wire.pass(2_000);
    expect([line.isClosed, wire.made[0].isClosed]).toEqual([true, false]);
  });

  test.each([["answers", OPTIONS], ["keep-alives", "\r\n\r\n"]])(
    "gives up a peer that does not read its %s",
    async (_name, text) => {
      const { wire, line } = await scene({ limits: { maxWriteBufferBytes: 100 } });
      line.pendingBytes = 101;
      line.say(text);
      expect(line.isClosed).toBe(true);
      expect(wire.agent.counters).toMatchObject({ closed: { maxWriteBufferBytes: 1 }, sent: 1 });
    },
  );

  test("bounds what is half there on all connections together", async () => {
    const { wire, line } = await scene({ limits: { maxPartialBytes: 1_000 } });
    line.say(`OPTIONS ${"x".repeat(592)}`);
    const second = wire.dial({ address: "192.0.2.21", port: 1 });
    second.say(`OPTIONS ${"x".repeat(392)}`);
    expect([line.isClosed, second.isClosed]).toEqual([false, false]);
    second.say("y");
    expect([line.isClosed, second.isClosed]).toEqual([false, true]);
    line.say("y".repeat(399));
    expect(line.isClosed).toBe(false);
  });

  test("closes on a message that is too large", async () => {
    const { wire, line } = await scene({ limits: { maxMessageBytes: 1_000 } });
    line.say(OPTIONS.replace("Content-Length: 0", "Content-Length: 1001"));
    expect(starts(line.taken())).toEqual(["SIP/2.0 513 Message Too Large"]);
    expect(line.isClosed).toBe(true);
    await wire.pass(0);
  });
});
