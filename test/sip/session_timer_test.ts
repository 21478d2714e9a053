import { describe, expect, test } from "bun:test";
import type { SipCall, SipCallEnd, SipUserAgentOptions } from "../../src/sip/mod.ts";
import { respond, sdp, sdpBytes, sdpNameOf, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, fieldsOf, type Sent, SipWire, startLines } from "../support/sip_wire.ts";

interface Scene {
  readonly wire: SipWire;
  readonly peer: SipPeer;
  readonly ok: Sent;
  readonly ends: SipCallEnd[];
}

async function scene(lines: string[], options: SipUserAgentOptions = {}): Promise<Scene> {
  const ends: SipCallEnd[] = [];
  const wire = await SipWire.open({
    onInvite: (call: SipCall) => {
      call.handlers = { onEnded: (end) => ends.push(end) };
      call.answer(sdpBytes("answer"));
    },
    ...options,
  });
  const peer = new SipPeer(wire);
  const [ok] = await peer.establish({ lines });
  return { wire, peer, ok, ends };
}

const TIMER = "Supported: timer, path, replaces";
const UPDATES = "Allow: INVITE, ACK, BYE, UPDATE";

describe("session timers", () => {
  test.each([
    ["the caller refreshes when it says so", [TIMER, "Session-Expires: 120;refresher=uac"], [
      "120;refresher=uac",
    ], ["timer"]],
    ["we refresh when the caller says so", [TIMER, "Session-Expires: 120;refresher=uas"], [
      "120;refresher=uas",
    ], []],
    ["the caller refreshes when it leaves that to us", [TIMER, "x: 120"], ["120;refresher=uac"], [
      "timer",
    ]],
    ["we refresh for a proxy whose caller knows nothing of it", ["Session-Expires: 200"], [
      "200;refresher=uas",
    ], []],
    ["a proxy's timer that is too short for us is made longer", ["Session-Expires: 20"], [
      "90;refresher=uas",
    ], []],
    ["we propose one to a caller that knows it", [TIMER], ["1800;refresher=uas"], []],
    ["we propose no shorter one than the caller takes", [TIMER, "Min-SE: 3600"], [
      "3600;refresher=uas",
    ], []],
    ["there is none for a caller that knows nothing of it", [], [], []],
  ])("%s", async (_name, lines, expires, require) => {
    const { ok } = await scene(lines);
    expect(fieldsOf(ok.text, "Session-Expires")).toEqual(expires);
    expect(fieldsOf(ok.text, "Require")).toEqual(require);
  });

  test("proposes none when told so, yet takes the caller's", async () => {
    const none = await scene([TIMER], { sessionExpires: 0 });
    expect(fieldsOf(none.ok.text, "Session-Expires")).toEqual([]);
    const theirs = await scene([TIMER, "Session-Expires: 100"], { sessionExpires: 0 });
    expect(fieldsOf(theirs.ok.text, "Session-Expires")).toEqual(["100;refresher=uac"]);
  });

  test("hangs up a third (at most 32 s) before the end when the caller does not refresh", async () => {
    const { wire, ends } = await scene([TIMER, "Session-Expires: 90;refresher=uac"]);
    expect(await wire.pass(59_999)).toEqual([]);
    expect(startLines(await wire.pass(1))).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(ends).toEqual([{ cause: "expired", status: undefined, reason: undefined }]);
  });

  test.each([["UPDATE", 0], ["INVITE", 1]])("lives on when the caller refreshes by %s", async (
    method,
    acks,
  ) => {
    const lines = [TIMER, "Session-Expires: 90;refresher=uac"];
    const { wire, peer, ends } = await scene(lines);
    for (let i = 0; i < 5; i++) {
      await wire.pass(45_000);
      const [ok] = await peer.send(method, { lines, body: acks === 1 ? sdp("offer") : "" });
      expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
      expect(fieldOf(ok.text, "Session-Expires")).toBe("90;refresher=uac");
      if (acks === 1) await peer.send("ACK");
    }
    expect(ends).toEqual([]);
  });

  test("is not set going by an UPDATE before the answer", async () => {
    const { wire, peer } = await scene([], { onInvite: (call) => void call.ring() });
    const lines = [TIMER, "Session-Expires: 90;refresher=uac"];
    const [ok] = await peer.send("UPDATE", { lines });
    expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
    expect(fieldsOf(ok.text, "Session-Expires")).toEqual([]);
    const [ringing, ...others] = await wire.pass(62_000);
    expect(startLines([ringing])).toEqual(["SIP/2.0 180 Ringing"]);
    expect([others, [...wire.agent.calls].length]).toEqual([[], 1]);
  });

  test("refuses a refresh that is too short with 422", async () => {
    const { peer } = await scene([TIMER, "Session-Expires: 90"]);
    const [small] = await peer.send("UPDATE", { lines: [TIMER, "Session-Expires: 30"] });
    expect(startLines([small])).toEqual(["SIP/2.0 422 Session Interval Too Small"]);
    expect(fieldOf(small.text, "Min-SE")).toBe("90");
  });

  test("refreshes by UPDATE at half time when the peer takes it", async () => {
    const { wire, ends } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    for (let i = 0; i < 3; i++) {
      expect(await wire.pass(49_999)).toEqual([]);
      const [update] = await wire.pass(1);
      expect(startLines([update])).toEqual(["UPDATE sip:1001@192.0.2.20:5060 SIP/2.0"]);
      expect(fieldOf(update.text, "Session-Expires")).toBe("100;refresher=uac");
      expect(fieldOf(update.text, "Content-Length")).toBe("0");
      const lines = ["Session-Expires: 100;refresher=uac", "Require: timer"];
      expect(await wire.udp(respond(update.text, "200 OK", { lines }))).toEqual([]);
    }
    expect(ends).toEqual([]);
  });

  test("refreshes by re-INVITE with our last description when the peer takes no UPDATE", async () => {
    const { wire } = await scene([TIMER, "Session-Expires: 100;refresher=uas"]);
    const [invite] = await wire.pass(50_000);
    expect(startLines([invite])).toEqual(["INVITE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(sdpNameOf(invite.text)).toBe("answer");
    const lines = ["Session-Expires: 100;refresher=uac"];
    const sent = await wire.udp(respond(invite.text, "200 OK", { lines, body: sdp("offer") }));
    expect(startLines(sent)).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(startLines(await wire.pass(50_000))).toEqual([
      "INVITE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
  });

  test("tells an answer to its refresh that differs from what the peer said last, and only such", async () => {
    const answers: string[] = [];
    const { wire } = await scene([TIMER, "Session-Expires: 100;refresher=uas"], {
      onInvite: (call) => {
        call.handlers = { onAnswer: (sdp) => answers.push(new TextDecoder().decode(sdp)) };
        call.answer(sdpBytes("answer"));
      },
    });
    const lines = ["Session-Expires: 100;refresher=uac"];
    for (const name of ["offer", "moved", "moved"]) {
      const [invite] = await wire.pass(50_000);
      await wire.udp(respond(invite.text, "200 OK", { lines, body: sdp(name) }));
    }
    expect(answers).toEqual([sdp("moved")]);
  });

  test("falls back to re-INVITE when UPDATE is refused after all", async () => {
    const { wire } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    const [update] = await wire.pass(50_000);
    expect(startLines(await wire.udp(respond(update.text, "405 No")))).toEqual([
      "INVITE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
  });

  test("refreshes with a longer timer after a 422", async () => {
    const { wire } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    const [update] = await wire.pass(50_000);
    const [longer] = await wire.udp(respond(update.text, "422 No", { lines: ["Min-SE: 300"] }));
    expect(fieldOf(longer.text, "Session-Expires")).toBe("300;refresher=uac");
    expect(fieldOf(longer.text, "Min-SE")).toBe("300");
    await wire.udp(
      respond(longer.text, "200 OK", { lines: ["Session-Expires: 300;refresher=uac"] }),
    );
    expect(await wire.pass(149_999)).toEqual([]);
    expect((await wire.pass(1)).length).toBe(1);
  });

  test("lets the peer refresh from then on when its answer says so", async () => {
    const { wire, ends } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    const [update] = await wire.pass(50_000);
    const lines = ["Session-Expires: 100;refresher=uas"];
    await wire.udp(respond(update.text, "200 OK", { lines }));
    expect(await wire.pass(67_999)).toEqual([]);
    expect(startLines(await wire.pass(1))).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(ends.map(({ cause }) => cause)).toEqual(["expired"]);
  });

  test("ends a call whose peer has gone without a word", async () => {
    const { wire, ends } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    await wire.pass(50_000);
    const sent = startLines(await wire.pass(32_000));
    expect(sent.filter((line) => line.startsWith("BYE")).length).toBeGreaterThan(0);
    expect(ends.length).toBe(1);
  });

  test("refreshes again after half of what is left until it expires, when always refused", async () => {
    const { wire, ends } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    const times: number[] = [];
    for (let ms = 0; ms < 67_900; ms += 100) {
      for (const { text } of await wire.pass(100)) {
        times.push(ms + 100);
        await wire.udp(respond(text, "500 No"));
      }
    }
    // The session ends at 68 s, and two tries are a second apart at the least.
    expect(times).toEqual([50_000, 59_000, 63_500, 65_800, 66_900, 67_900]);
    expect(ends).toEqual([]);
    expect(startLines(await wire.pass(100))).toEqual(["BYE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(ends.map(({ cause }) => cause)).toEqual(["expired"]);
  });

  test("refreshes again when a refusal says when, and lives on", async () => {
    const { wire, ends } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    const [update] = await wire.pass(50_000);
    await wire.udp(respond(update.text, "500 Busy", { lines: ["Retry-After: 3"] }));
    expect(await wire.pass(2_999)).toEqual([]);
    const [again] = await wire.pass(1);
    expect(startLines([again])).toEqual(["UPDATE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    const lines = ["Session-Expires: 100;refresher=uac"];
    await wire.udp(respond(again.text, "200 OK", { lines }));
    expect(await wire.pass(49_999)).toEqual([]);
    expect((await wire.pass(1)).length).toBe(1);
    expect(ends).toEqual([]);
  });

  test("refreshes when a change that was under way at half time is refused", async () => {
    const { wire } = await scene([TIMER, UPDATES, "Session-Expires: 100;refresher=uas"]);
    const [call] = wire.agent.calls;
    await wire.pass(49_900);
    const change = call.reinvite(sdpBytes("hold")).catch(() => {});
    const [invite] = await wire.pass(0);
    await wire.udp(respond(invite.text, "100 Trying"));
    await wire.pass(100);
    await wire.udp(respond(invite.text, "488 No"));
    await change;
    expect(startLines(await wire.pass(9_000))).toEqual([
      "UPDATE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
  });
});
