import { describe, expect, test } from "bun:test";
import { answer, inboundScene, ring } from "../support/inbound_scene.ts";
import { sdp, sdpBytes, sdpNameOf, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, startLines, toTagOf } from "../support/sip_wire.ts";

describe("InboundCall", () => {
  test("is answered, confirmed and ended by the caller", async () => {
    let confirmed = 0;
    const { peer, call, ends, wire } = await inboundScene(answer, {
      onConfirmed: () => confirmed++,
    });
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

  test("sends no re-INVITE before the answer, and no REFER or INFO before its ACK", async () => {
    const { peer, call, wire } = await inboundScene(ring);
    const ask = () => [
      call().refer("sip:1002@192.0.2.30").catch(({ status }) => status),
      call().info("text/plain", sdpBytes("x")),
    ];
    await peer.send("INVITE", { body: sdp("offer") });
    const change = call().reinvite(sdpBytes("hold"));
    expect(await Promise.all([change.catch(({ status }) => status), ...ask()])).toEqual([
      481,
      481,
      481,
    ]);
    expect(await wire.pass(0)).toEqual([]);
    answer(call());
    expect(startLines(await wire.pass(0))).toEqual(["SIP/2.0 200 OK"]);
    expect(await Promise.all(ask())).toEqual([481, 481]);
    expect(await wire.pass(0)).toEqual([]);
    await peer.send("ACK");
    void ask();
    expect(startLines(await wire.pass(0)).map((line) => line.split(" ")[0])).toEqual([
      "REFER",
      "INFO",
    ]);
  });

  test("gets a 100 at once when nobody answers at once", async () => {
    const { peer } = await inboundScene(() => {});
    const [trying] = await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines([trying])).toEqual(["SIP/2.0 100 Trying"]);
    expect(fieldOf(trying.text, "To")).not.toContain("tag");
  });

  test("hears the 180 again when its INVITE comes again", async () => {
    const { peer, wire } = await inboundScene(ring);
    const text = peer.text("INVITE", { body: sdp("offer") });
    const [first] = await wire.udp(text);
    const [second] = await wire.udp(text);
    expect(startLines([first])).toEqual(["SIP/2.0 180 Ringing"]);
    expect(second).toEqual(first);
    expect(wire.agent.counters).toMatchObject({ calls: 1, repeatedRequests: 1 });
  });

  test("hears nothing when its INVITE comes again after the answer: the 200 repeats itself", async () => {
    const { wire, peer } = await inboundScene(answer);
    const text = peer.text("INVITE", { body: sdp("offer") });
    expect(startLines(await wire.udp(text))).toEqual(["SIP/2.0 200 OK"]);
    expect(await wire.udp(text)).toEqual([]);
    expect(wire.agent.counters.calls).toBe(1);
  });

  test("is reminded each minute while it rings, so that no proxy gives up", async () => {
    const { wire, peer } = await inboundScene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines(await wire.pass(59_999))).toEqual([]);
    expect(startLines(await wire.pass(60_001))).toEqual([
      "SIP/2.0 180 Ringing",
      "SIP/2.0 180 Ringing",
    ]);
  });

  test("gets early media and then the answer", async () => {
    const { peer, call } = await inboundScene((call) => void call.progress(sdpBytes("early")));
    const [progress] = await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines([progress])).toEqual(["SIP/2.0 183 Session Progress"]);
    expect(sdpNameOf(progress.text)).toBe("early");
    expect(call().answer(sdpBytes("answer"), { "X-Answered-By": "sofia" })).toBe(true);
  });

  test("repeats its 200 after T1, doubling up to T2, until the ACK", async () => {
    const { wire, peer } = await inboundScene(answer);
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
    const { wire, peer, ends } = await inboundScene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    const repeated = await wire.pass(31_999);
    expect(new Set(startLines(repeated))).toEqual(new Set(["SIP/2.0 200 OK"]));
    expect(repeated.length).toBe(10);
    const [bye] = await wire.pass(1);
    expect(startLines([bye])).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(ends).toEqual([{ cause: "timeout", status: undefined, reason: undefined }]);
  });

  test("is refused with a reason and further fields", async () => {
    const { wire, peer, ends, call } = await inboundScene((call) =>
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
    const { peer, call } = await inboundScene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(() => call().reject(200)).toThrow(
      "Cannot reject a call as the status must be 300-699: current value is 200",
    );
  });

  test("is cancelled while it rings: 200 for the CANCEL, 487 for the INVITE, with one tag", async () => {
    const { peer, ends, call } = await inboundScene(ring);
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
    const { wire, peer, ends } = await inboundScene(answer);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines(await peer.send("CANCEL", { toTag: "" }))).toEqual(["SIP/2.0 200 OK"]);
    expect(ends).toEqual([]);
    expect(startLines(await wire.pass(500))).toEqual(["SIP/2.0 200 OK"]);
    await peer.send("ACK");
    expect(startLines(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test("repeats its 487 although the call is over", async () => {
    const { wire, peer } = await inboundScene(ring);
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
    const { peer, ends } = await inboundScene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(
      (await peer.send("BYE")).map(({ text }) => `${text.slice(8, 11)} ${fieldOf(text, "CSeq")}`),
    )
      .toEqual(["200 2 BYE", "487 1 INVITE"]);
    expect(ends).toEqual([{ cause: "remote", status: undefined, reason: undefined }]);
  });

  test("is given up when the caller's Expires has passed", async () => {
    const { wire, peer, ends } = await inboundScene(ring);
    await peer.send("INVITE", { body: sdp("offer"), lines: ["Expires: 20"] });
    expect(await wire.pass(19_999)).toEqual([]);
    expect(startLines(await wire.pass(1))).toEqual(["SIP/2.0 487 Request Terminated"]);
    expect(ends).toEqual([{ cause: "cancelled", status: 487, reason: undefined }]);
  });

  test("hangs up before the answer with a refusal", async () => {
    const { peer, call, ends, wire } = await inboundScene(ring);
    await peer.send("INVITE", { body: sdp("offer") });
    void call().hangup({ status: 603, reason: "SIP;cause=603" });
    const [declined] = await wire.pass(0);
    expect(startLines([declined])).toEqual(["SIP/2.0 603 Decline"]);
    expect(fieldOf(declined.text, "Reason")).toBe("SIP;cause=603");
    expect(ends).toEqual([{ cause: "local", status: 603, reason: undefined }]);
  });

  test("matches repeated requests and the ACK of a caller from the days of RFC 2543", async () => {
    const { wire, peer, ends } = await inboundScene((call) => void call.reject(486));
    const invite = peer.text("INVITE", { body: sdp("offer"), branch: "1" });
    const [busy] = await wire.udp(invite);
    expect(await wire.udp(invite)).toEqual([busy]);
    peer.toTag = toTagOf(busy.text);
    await wire.udp(peer.text("ACK", { branch: "1" }));
    expect(await wire.pass(32_000)).toEqual([]);
    expect(ends.length).toBe(1);
  });

  test("leaves nothing behind after a thousand calls", async () => {
    const { wire } = await inboundScene(answer);
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
