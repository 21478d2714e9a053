import { describe, expect, test } from "bun:test";
import { type SipCall, SipUserAgent, type SipUserAgentOptions } from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";
import { respond, sdp, sdpBytes, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, SipWire, startLines } from "../support/sip_wire.ts";

describe("SipUserAgent limits", () => {
  test.each<[string, SipUserAgentOptions["limits"], Record<string, number>]>([
    ["calls in all", { maxCalls: 2 }, { maxCalls: 1 }],
    ["calls from one source", { maxCallsPerSource: 2 }, { maxCallsPerSource: 1 }],
    ["transactions", { maxTransactions: 2 }, { maxTransactions: 1 }],
    [
      "transactions of one source",
      { maxTransactionsPerSource: 2 },
      { maxTransactionsPerSource: 1 },
    ],
  ])("refuses too many %s with 503 and Retry-After", async (_name, limits, refused) => {
    let told = 0;
    const onRefused = () => void told++;
    const wire = await SipWire.open({ limits, onInvite: (call) => void call.ring(), onRefused });
    for (const id of ["a", "b"]) {
      const sent = await new SipPeer(wire, id).send("INVITE", { body: sdp("offer") });
      expect(startLines(sent)).toEqual(["SIP/2.0 180 Ringing"]);
    }
    const [no] = await new SipPeer(wire, "c").send("INVITE", { body: sdp("offer") });
    expect(startLines([no])).toEqual(["SIP/2.0 503 Service Unavailable"]);
    expect(Number(fieldOf(no.text, "Retry-After"))).toBeGreaterThan(0);
    expect(wire.agent.counters.refused).toEqual(refused);
    expect(told).toBe(1);
  });

  test("tells of no refusal of its own where the application refuses, or where something else comes", async () => {
    let told = 0;
    const wire = await SipWire.open({
      onInvite: (call) => void call.reject(486),
      onRefused: () => void told++,
    });
    await new SipPeer(wire, "a").send("INVITE", { body: sdp("offer") });
    await new SipPeer(wire, "b").send("OPTIONS");
    expect(told).toBe(0);
  });

  test("tells of the calls that it refuses while it stops", async () => {
    let told = 0;
    const wire = await SipWire.open({
      onInvite: (call) => void call.answer(sdpBytes("answer")),
      onRefused: () => void told++,
    });
    await new SipPeer(wire, "a").establish();
    const stopped = wire.agent.stop();
    const answers = await new SipPeer(wire, "b").send("INVITE", { body: sdp("offer") });
    expect(startLines(answers)).toContain("SIP/2.0 503 Service Unavailable");
    expect(told).toBe(1);
    await wire.pass(2000);
    await stopped;
  });

  test("ends a call there is while a stranger fills the memory", async () => {
    const wire = await SipWire.open({
      limits: { maxTransactions: 3 },
      onInvite: (call) => void call.answer(sdpBytes("answer")),
    });
    const peer = new SipPeer(wire);
    await peer.establish();
    for (const id of ["a", "b", "c"]) await new SipPeer(wire, id).send("INVITE");
    expect(wire.agent.counters.refused).toEqual({ maxTransactions: 1 });
    expect(startLines(await peer.send("BYE"))[0]).toBe("SIP/2.0 200 OK");
  });

  test("remembers a bounded number of requests of each call beyond the limit", async () => {
    const wire = await SipWire.open({
      limits: { maxTransactions: 1 },
      onInvite: (call) => void call.answer(sdpBytes("answer")),
    });
    const peer = new SipPeer(wire);
    await peer.establish();
    for (let i = 0; i < 40; i++) await peer.send("INFO");
    expect(wire.agent.counters).toMatchObject({
      transactions: 33,
      refused: { maxTransactions: 8 },
    });
  });

  test.each(rows("OPTIONS", "REFER", "DANCE", "BYE", "CANCEL"))(
    "remembers no %s of a stranger, and says the same each time it comes",
    async (method) => {
      const wire = await SipWire.open();
      const stranger = new SipPeer(wire);
      const text = stranger.text(method, { branch: "z9hG4bKs", cseq: 1 });
      const [first] = await wire.udp(text);
      const [again] = await wire.udp(text);
      expect(again).toEqual(first);
      expect(fieldOf(first.text, "To")).toMatch(/;tag=[0-9a-f]{16}$/);
      const [other] = await wire.udp(stranger.text(method, { branch: "z9hG4bKt", cseq: 2 }));
      expect(fieldOf(other.text, "To")).not.toBe(fieldOf(first.text, "To"));
      expect(wire.agent.counters.transactions).toBe(0);
    },
  );

  test("counts the sources apart, and makes room when a call ends", async () => {
    const wire = await SipWire.open({
      limits: { maxCallsPerSource: 1 },
      onInvite: (call) => void call.ring(),
    });
    const first = new SipPeer(wire, "a");
    await first.send("INVITE", { body: sdp("offer") });
    const other = new SipPeer(wire, "b").text("INVITE", { body: sdp("offer") });
    expect(startLines(await wire.udp(other, { address: "192.0.2.77", port: 5060 }))).toEqual([
      "SIP/2.0 180 Ringing",
    ]);
    await first.send("CANCEL", { toTag: "" });
    const third = await new SipPeer(wire, "c").send("INVITE", { body: sdp("offer") });
    expect(startLines(third)).toEqual(["SIP/2.0 180 Ringing"]);
  });

  test("drops a datagram with a body that is too large, with 513", async () => {
    const wire = await SipWire.open({ limits: { maxMessageBytes: 1_000 } });
    const sent = await new SipPeer(wire).send("INVITE", { body: "x".repeat(1_001) });
    expect(startLines(sent)).toEqual(["SIP/2.0 513 Message Too Large"]);
    expect(wire.agent.counters.faults).toEqual({ "too-large": 1 });
  });
});

describe("SipUserAgent options", () => {
  test.each<[SipUserAgentOptions, string]>([
    [{ host: "localhost" }, "host must be an IPv4 or IPv6 address: current value is localhost"],
    [
      { host: "0.0.0.0" },
      "advertisedHost must say how peers reach a user agent that listens everywhere: current value is none",
    ],
    [{ port: 70_000 }, "port must be a whole number of 0 to 65535: current value is 70000"],
    [
      { advertisedPort: 0 },
      "advertisedPort must be a whole number of 1 to 65535: current value is 0",
    ],
    [{ transports: [] }, "transports must be udp, tcp or both: current value is []"],
    [
      { limits: { maxCalls: 0 } },
      "limits.maxCalls must be a whole number of 1 to 9007199254740991: current value is 0",
    ],
    [
      { timers: { t1: NaN } },
      "timers.t1 must be a whole number of 1 to 3600000: current value is NaN",
    ],
    [
      { sessionExpires: 60 },
      "sessionExpires must be 0 or at least minSessionExpires: current value is 60",
    ],
  ])("refuses %j", (options, message) => {
    expect(() => new SipUserAgent(options)).toThrow(`Cannot make a SIP user agent as ${message}`);
  });

  test("tells peers the advertised address", async () => {
    const wire = await SipWire.open({
      host: "0.0.0.0",
      advertisedHost: "203.0.113.5",
      advertisedPort: 15_060,
      userAgent: "Sofia 1",
      onInvite: (call) => void call.answer(sdpBytes("answer")),
    });
    const [ok] = await new SipPeer(wire).send("INVITE", { body: sdp("offer") });
    expect(fieldOf(ok.text, "Contact")).toBe("<sip:203.0.113.5:15060>");
    expect(fieldOf(ok.text, "Server")).toBe("Sofia 1");
    void wire.agent.invite({ target: "sip:1@192.0.2.20", sdp: sdpBytes("x") }).catch(() => {});
    const [invite] = await wire.pass(0);
    expect(fieldOf(invite.text, "Via")).toContain("UDP 203.0.113.5:15060;");
    expect(fieldOf(invite.text, "From")).toContain("<sip:203.0.113.5:15060>");
  });

  test("has no address before it was started", () => {
    expect(() => new SipUserAgent().local).toThrow(
      "Cannot tell the local address as the user agent has not been started",
    );
  });
});

describe("SipUserAgent.stop", () => {
  test("ends everything, waits until that is confirmed, and leaves no timer", async () => {
    const calls: SipCall[] = [];
    const wire = await SipWire.open({ onInvite: (call) => void calls.push(call) });
    const ringing = new SipPeer(wire, "ringing");
    await ringing.send("INVITE", { body: sdp("offer") });
    const live = new SipPeer(wire, "live");
    await live.send("INVITE", { body: sdp("offer") });
    calls[1].answer(sdpBytes("answer"));
    const [ok] = await wire.pass(0);
    live.toTag = fieldOf(ok.text, "To").split("tag=")[1];
    await live.send("ACK");
    const outcome = wire.agent.invite({ target: "sip:1@192.0.2.20", sdp: sdpBytes("x") })
      .catch((error) => error);
    const [invite] = await wire.pass(0);
    await wire.udp(respond(invite.text, "180 Ringing"));

    let isStopped = false;
    const stopped = wire.agent.stop().then(() => isStopped = true);
    const sent = await wire.pass(0);
    expect(startLines(sent)).toEqual([
      "SIP/2.0 503 Service Unavailable",
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
      "CANCEL sip:1@192.0.2.20 SIP/2.0",
    ]);
    expect(await outcome).toMatchObject({ status: 487 });
    const late = await new SipPeer(wire, "late").send("INVITE", { body: sdp("offer") });
    expect(startLines(late)).toEqual(["SIP/2.0 503 Service Unavailable"]);
    await ringing.send("ACK", { branch: ringing.inviteBranch });
    await wire.udp(respond(sent[1].text, "200 OK"));
    await wire.udp(respond(sent[2].text, "200 OK"));
    expect(isStopped).toBe(false);
    await wire.udp(respond(invite.text, "487 Request Terminated"));
    await stopped;
    expect(wire.clock.pending).toBe(0);
    expect(wire.agent.counters).toMatchObject({ calls: 0, transactions: 0, connections: 0 });
  });

  test("waits no longer than it was told to", async () => {
    const wire = await SipWire.open({
      onInvite: (call) => void call.answer(sdpBytes("answer")),
    });
    await new SipPeer(wire).establish();
    let isStopped = false;
    void wire.agent.stop({ graceMs: 300 }).then(() => isStopped = true);
    await wire.pass(299);
    expect(isStopped).toBe(false);
    await wire.pass(1);
    expect(isStopped).toBe(true);
    expect(wire.clock.pending).toBe(0);
    const error = await wire.agent.invite({ target: "sip:1@192.0.2.20" }).catch((error) => error);
    expect(error).toMatchObject({ status: 487 });
  });
});
