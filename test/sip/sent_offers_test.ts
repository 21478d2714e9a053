import { describe, expect, test } from "bun:test";
import { type SipCall, type SipCallEnd, SipStatusError } from "../../src/sip/mod.ts";
import { respond, sdp, sdpBytes, sdpNameOf, SipPeer } from "../support/sip_peer.ts";
import { fieldOf, SipWire, startLines } from "../support/sip_wire.ts";

interface Scene {
  readonly wire: SipWire;
  readonly peer: SipPeer;
  readonly call: SipCall;
  readonly ends: SipCallEnd[];
}

async function scene(): Promise<Scene> {
  const calls: SipCall[] = [];
  const ends: SipCallEnd[] = [];
  const wire = await SipWire.open({
    onInvite: (call) => {
      calls.push(call);
      call.handlers = { onEnded: (end) => ends.push(end) };
      call.answer(sdpBytes("answer"));
    },
  });
  const peer = new SipPeer(wire);
  await peer.establish();
  return { wire, peer, call: calls[0], ends };
}

async function failure(promise: Promise<unknown>): Promise<SipStatusError> {
  const error = await promise.then(() => undefined, (error) => error);
  expect(error).toBeInstanceOf(SipStatusError);
  return error as SipStatusError;
}

const REINVITE = "INVITE sip:1001@192.0.2.20:5060 SIP/2.0";

describe("SentOffers", () => {
  test("offers by re-INVITE, acknowledges, and acknowledges again what comes again", async () => {
    const { wire, call } = await scene();
    const changed = call.reinvite(sdpBytes("hold"));
    const [invite] = await wire.pass(0);
    expect(startLines([invite])).toEqual([REINVITE]);
    expect(sdpNameOf(invite.text)).toBe("hold");
    expect(fieldOf(invite.text, "Contact")).toBe("<sip:192.0.2.10:5070>");
    const ok = respond(invite.text, "200 OK", { body: sdp("held") });
    const [ack] = await wire.udp(ok);
    expect(startLines([ack])).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(fieldOf(ack.text, "CSeq")).toBe("1 ACK");
    expect(await changed).toEqual(sdpBytes("held"));
    expect(call.remoteSdp).toEqual(sdpBytes("held"));
    expect(await wire.udp(ok)).toEqual([ack]);
  });

  test("follows the new Contact of the answer", async () => {
    const { wire, call } = await scene();
    void call.reinvite(sdpBytes("hold"));
    const [invite] = await wire.pass(0);
    const lines = ["Contact: <sip:192.0.2.55:5099>"];
    const [ack] = await wire.udp(respond(invite.text, "200 OK", { body: sdp("held"), lines }));
    expect(ack.to).toMatchObject({ address: "192.0.2.55", port: 5099 });
  });

  test("is refused, and everything stays as it was", async () => {
    const { wire, call, ends } = await scene();
    const changed = failure(call.reinvite(sdpBytes("odd")));
    const [invite] = await wire.pass(0);
    const [ack] = await wire.udp(respond(invite.text, "488 No"));
    expect(startLines([ack])).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    const error = await changed;
    expect([error.status, error.message]).toEqual([
      488,
      "Cannot change the session as the peer refuses: 488 No",
    ]);
    expect(call.remoteSdp).toEqual(sdpBytes("offer"));
    expect(ends).toEqual([]);
  });

  test("waits up to 2 s after a 491, as the Call-ID is the peer's, and tries again", async () => {
    const { wire, call } = await scene();
    const changed = call.reinvite(sdpBytes("mine"));
    const [first] = await wire.pass(0);
    expect(startLines(await wire.udp(respond(first.text, "491 Request Pending")))).toEqual([
      "ACK sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    const [second] = await wire.pass(2_000);
    expect(startLines([second])).toEqual([REINVITE]);
    expect(fieldOf(second.text, "CSeq")).toBe("2 INVITE");
    await wire.udp(respond(second.text, "200 OK", { body: sdp("yes") }));
    expect(await changed).toEqual(sdpBytes("yes"));
  });

  test("gives up a change that crosses others again and again", async () => {
    const { wire, call } = await scene();
    const changed = failure(call.reinvite(sdpBytes("mine")));
    let tries = 0;
    for (let [invite] = await wire.pass(0); invite !== undefined;) {
      tries++;
      await wire.udp(respond(invite.text, "491 Request Pending"));
      [invite] = await wire.pass(2_000);
    }
    expect(tries).toBe(8);
    expect((await changed).status).toBe(491);
  });

  test("makes one change after the other", async () => {
    const { wire, call } = await scene();
    const changes = [call.reinvite(sdpBytes("one")), call.reinvite(sdpBytes("two"))];
    const [one] = await wire.pass(0);
    const [ack, two] = await wire.udp(respond(one.text, "200 OK", { body: sdp("1") }));
    expect(startLines([ack])).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(sdpNameOf(two.text)).toBe("two");
    await wire.udp(respond(two.text, "200 OK", { body: sdp("2") }));
    expect(await Promise.all(changes)).toEqual([sdpBytes("1"), sdpBytes("2")]);
  });

  test("waits for the ACK of the first answer", async () => {
    const calls: SipCall[] = [];
    const wire = await SipWire.open({
      onInvite: (call) => {
        calls.push(call);
        call.answer(sdpBytes("answer"));
      },
    });
    const peer = new SipPeer(wire);
    await peer.send("INVITE", { body: sdp("offer") });
    void call().reinvite(sdpBytes("hold"));
    expect(await wire.pass(0)).toEqual([]);
    expect(startLines(await peer.send("ACK"))).toEqual([REINVITE]);

    function call(): SipCall {
      return calls[0];
    }
  });

  test("ends the call when the peer does not answer for 64 * T1", async () => {
    const { wire, call, ends } = await scene();
    const changed = failure(call.reinvite(sdpBytes("hold")));
    expect(startLines(await wire.pass(32_000)).at(-1)).toBe("BYE sip:1001@192.0.2.20:5060 SIP/2.0");
    expect((await changed).status).toBe(408);
    expect(ends.map(({ cause }) => cause)).toEqual(["timeout"]);
  });

  test("cancels when the peer is for ever about to answer", async () => {
    const { wire, call } = await scene();
    const changed = failure(call.reinvite(sdpBytes("hold")));
    const [invite] = await wire.pass(0);
    await wire.udp(respond(invite.text, "100 Trying"));
    const sent = startLines(await wire.pass(32_000));
    expect(sent.slice(0, 2)).toEqual([
      "CANCEL sip:1001@192.0.2.20:5060 SIP/2.0",
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    expect((await changed).status).toBe(408);
  });

  test("ends the call when the peer knows of none", async () => {
    const { wire, call, ends } = await scene();
    const changed = failure(call.reinvite(sdpBytes("hold")));
    const [invite] = await wire.pass(0);
    await wire.udp(respond(invite.text, "481 Gone"));
    expect((await changed).status).toBe(481);
    expect(ends.map(({ cause }) => cause)).toEqual(["timeout"]);
  });

  test("fails when the call ends meanwhile, and after it", async () => {
    const { peer, call } = await scene();
    const changed = failure(call.reinvite(sdpBytes("hold")));
    await peer.send("BYE");
    expect((await changed).status).toBe(481);
    expect((await failure(call.reinvite(sdpBytes("more")))).status).toBe(481);
  });

  test("fails when the peer accepts without an answer", async () => {
    const { wire, call } = await scene();
    const changed = failure(call.reinvite(sdpBytes("hold")));
    const [invite] = await wire.pass(0);
    await wire.udp(respond(invite.text, "200 OK"));
    expect((await changed).status).toBe(488);
  });
});
