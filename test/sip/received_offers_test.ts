import { describe, expect, test } from "bun:test";
import type { OfferReply, SipCall, SipCallEnd, SipCallHandlers } from "../../src/sip/mod.ts";
import { respond, sdp, sdpBytes, sdpNameOf, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, SipWire, startLines } from "../support/sip_wire.ts";

interface Scene {
  readonly wire: SipWire;
  readonly peer: SipPeer;
  readonly call: SipCall;
  readonly ends: SipCallEnd[];
  readonly offers: (string | undefined)[];
}

/** A confirmed call that replies to offers with `reply`. */
async function scene(
  reply: ((offer: string | undefined) => OfferReply | Promise<OfferReply>) | undefined,
  handlers: SipCallHandlers = {},
): Promise<Scene> {
  const calls: SipCall[] = [];
  const ends: SipCallEnd[] = [];
  const offers: (string | undefined)[] = [];
  const wire = await SipWire.open({
    onInvite: (call) => {
      calls.push(call);
      call.handlers = {
        ...handlers,
        onEnded: (end) => ends.push(end),
        onOffer: reply && ((offer) => {
          offers.push(offer && nameOf(offer));
          return reply(offers.at(-1));
        }),
      };
      call.answer(sdpBytes("answer"));
    },
  });
  const peer = new SipPeer(wire);
  await peer.establish();
  return { wire, peer, call: calls[0], ends, offers };
}

function nameOf(bytes: Uint8Array): string {
  return sdpNameOf(`\r\n\r\n${new TextDecoder().decode(bytes)}`);
}

describe("ReceivedOffers", () => {
  test("answers a re-INVITE, with a Contact, and repeats that until the ACK", async () => {
    const { wire, peer, call, offers } = await scene(() => sdpBytes("held"));
    const [ok] = await peer.send("INVITE", { body: sdp("hold") });
    expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
    expect(fieldOf(ok.text, "Contact")).toBe("<sip:192.0.2.10:5070>");
    expect(sdpNameOf(ok.text)).toBe("held");
    expect(offers).toEqual(["hold"]);
    expect(call.remoteSdp).toEqual(sdpBytes("hold"));
    expect(startLines(await wire.pass(500))).toEqual(["SIP/2.0 200 OK"]);
    await peer.send("ACK");
    expect(await wire.pass(60_000)).toEqual([]);
  });

  test("offers in the 200 to a re-INVITE without one, and tells the answer of the ACK", async () => {
    const answers: string[] = [];
    const { peer, offers } = await scene(() => sdpBytes("our offer"), {
      onAnswer: (sdp) => answers.push(nameOf(sdp)),
    });
    const [ok] = await peer.send("INVITE");
    expect(sdpNameOf(ok.text)).toBe("our offer");
    await peer.send("ACK", { body: sdp("their answer") });
    expect([offers, answers]).toEqual([[undefined], ["their answer"]]);
  });

  test("follows the new Contact of an accepted re-INVITE", async () => {
    const { wire, peer, call } = await scene(() => sdpBytes("answer 2"));
    const text = peer.text("INVITE", { body: sdp("moved") })
      .replace("Contact: <sip:1001@192.0.2.20:5060>", "Contact: <sip:1001@192.0.2.44:5088>");
    await wire.udp(text);
    await peer.send("ACK");
    void call.hangup();
    const [bye] = await wire.pass(0);
    expect(startLines([bye])).toEqual(["BYE sip:1001@192.0.2.44:5088 SIP/2.0"]);
    expect(bye.to).toMatchObject({ address: "192.0.2.44", port: 5088 });
  });

  test("refuses, and the call goes on as it was", async () => {
    const { peer, call, ends } = await scene(() => ({ status: 488 }));
    expect(startLines(await peer.send("INVITE", { body: sdp("odd") }))).toEqual([
      "SIP/2.0 488 Not Acceptable Here",
    ]);
    await peer.send("ACK", { branch: peer.inviteBranch });
    expect(call.remoteSdp).toEqual(sdpBytes("offer"));
    expect(ends).toEqual([]);
    expect(startLines(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test.each([
    ["the same offer with our last description", sdp("offer"), "200 OK", "answer"],
    ["no offer with our last description", "", "200 OK", "answer"],
    ["another offer with 488", sdp("other"), "488 Not Acceptable Here", ""],
  ])("answers, without a handler, %s", async (_name, body, status, name) => {
    const { peer } = await scene(undefined);
    const [answer] = await peer.send("INVITE", { body });
    expect(startLines([answer])).toEqual([`SIP/2.0 ${status}`]);
    expect(sdpNameOf(answer.text)).toBe(name);
  });

  test("says 100 while the application thinks, and 500 to a second re-INVITE meanwhile", async () => {
    let settle: (reply: OfferReply) => void = () => {};
    const { peer, wire } = await scene(() => new Promise((resolve) => settle = resolve));
    expect(startLines(await peer.send("INVITE", { body: sdp("slow") }))).toEqual([
      "SIP/2.0 100 Trying",
    ]);
    const branch = peer.inviteBranch;
    const [busy] = await peer.send("INVITE", { body: sdp("second") });
    expect(startLines([busy])).toEqual(["SIP/2.0 500 Server Internal Error"]);
    expect(fieldOf(busy.text, "Retry-After")).toMatch(/^(\d|10)$/);
    await peer.send("ACK", { branch: peer.inviteBranch });
    expect(startLines(await peer.send("UPDATE", { body: sdp("third") }))).toEqual([
      "SIP/2.0 500 Server Internal Error",
    ]);
    settle(sdpBytes("at last"));
    const [ok] = await wire.pass(0);
    expect(sdpNameOf(ok.text)).toBe("at last");
    expect(fieldOf(ok.text, "Via")).toContain(branch);
  });

  test("answers a cancelled re-INVITE with 487, and the call goes on", async () => {
    let settle: (reply: OfferReply) => void = () => {};
    const { peer, wire, ends } = await scene(() => new Promise((resolve) => settle = resolve));
    await peer.send("INVITE", { body: sdp("slow") });
    expect(startLines(await peer.send("CANCEL"))).toEqual([
      "SIP/2.0 200 OK",
      "SIP/2.0 487 Request Terminated",
    ]);
    await peer.send("ACK", { branch: peer.inviteBranch });
    settle(sdpBytes("too late"));
    expect(await wire.pass(0)).toEqual([]);
    expect(ends).toEqual([]);
    expect(startLines(await peer.send("BYE"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test("answers a re-INVITE that a BYE has overtaken with 487", async () => {
    const { peer } = await scene(() => new Promise(() => {}));
    await peer.send("INVITE", { body: sdp("slow") });
    expect(startLines(await peer.send("BYE"))).toEqual([
      "SIP/2.0 200 OK",
      "SIP/2.0 487 Request Terminated",
    ]);
  });

  test.each([
    ["throws", () => {
      throw new Error("broken");
    }],
    ["rejects", () => Promise.reject(new Error("broken"))],
    ["replies nonsense", () => ({ status: 7 })],
  ])("says 500 when the handler %s", async (_name, reply) => {
    const { peer } = await scene(reply as () => OfferReply);
    const sent = await peer.send("INVITE", { body: sdp("x") });
    expect(startLines(sent).at(-1)).toBe("SIP/2.0 500 Server Internal Error");
  });

  test("answers an UPDATE with an offer", async () => {
    const { peer, call, offers } = await scene(() => sdpBytes("updated"));
    const [ok] = await peer.send("UPDATE", { body: sdp("update") });
    expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
    expect(sdpNameOf(ok.text)).toBe("updated");
    expect(fieldOf(ok.text, "Contact")).toBe("<sip:192.0.2.10:5070>");
    expect(offers).toEqual(["update"]);
    expect(call.remoteSdp).toEqual(sdpBytes("update"));
  });

  test("answers an UPDATE without an offer and asks nobody", async () => {
    const { peer, offers } = await scene(() => ({ status: 488 }));
    const [ok] = await peer.send("UPDATE");
    expect(startLines([ok])).toEqual(["SIP/2.0 200 OK"]);
    expect(fieldOf(ok.text, "Content-Length")).toBe("0");
    expect(offers).toEqual([]);
  });

  test("refuses an UPDATE whose body is something else with 415", async () => {
    const { peer } = await scene(() => sdpBytes("x"));
    const sent = await peer.send("UPDATE", { body: "x", lines: ["Content-Type: text/plain"] });
    expect(startLines(sent)).toEqual(["SIP/2.0 415 Unsupported Media Type"]);
  });

  test("answers a re-INVITE that crosses ours with 491", async () => {
    const { peer, call, wire } = await scene(() => sdpBytes("x"));
    const changed = call.reinvite(sdpBytes("ours"));
    const [ours] = await wire.pass(0);
    expect(startLines([ours])).toEqual(["INVITE sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(startLines(await peer.send("INVITE", { body: sdp("theirs") }))).toEqual([
      "SIP/2.0 491 Request Pending",
    ]);
    expect(startLines(await peer.send("UPDATE", { body: sdp("theirs") }))).toEqual([
      "SIP/2.0 491 Request Pending",
    ]);
    await wire.udp(respond(ours.text, "200 OK", { body: sdp("yes") }));
    expect(await changed).toEqual(sdpBytes("yes"));
  });

  test("refuses an UPDATE before the first offer is answered with 500", async () => {
    const wire = await SipWire.open({ onInvite: (call) => void call.ring() });
    const peer = new SipPeer(wire);
    await peer.send("INVITE", { body: sdp("offer") });
    expect(startLines(await peer.send("UPDATE", { body: sdp("early") }))).toEqual([
      "SIP/2.0 500 Server Internal Error",
    ]);
    expect(startLines(await peer.send("UPDATE"))).toEqual(["SIP/2.0 200 OK"]);
  });

  test("ends the call when its answer to a re-INVITE is never acknowledged", async () => {
    const { peer, wire, ends } = await scene(() => sdpBytes("x"));
    await peer.send("INVITE", { body: sdp("again") });
    const sent = await wire.pass(32_000);
    expect(startLines(sent).at(-1)).toBe("BYE sip:1001@192.0.2.20:5060 SIP/2.0");
    expect(ends.map(({ cause }) => cause)).toEqual(["timeout"]);
  });
});
