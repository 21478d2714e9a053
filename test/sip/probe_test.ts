import { describe, expect, test } from "bun:test";
import type { SipCall, SipCallEnd } from "../../src/sip/mod.ts";
import { respond, sdpBytes, SipPeer } from "../support/sip_peer.ts";
import { SipWire, startLines } from "../support/sip_wire.ts";

async function scene() {
  const ends: SipCallEnd[] = [];
  const calls: SipCall[] = [];
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

describe("the question whether a peer is still there", () => {
  test.each([["200 OK"], ["405 Method Not Allowed"], ["501 Not Implemented"], ["500 Oops"]])(
    "is settled by any answer: %s",
    async (status) => {
      const { wire, call, ends } = await scene();
      call.probe();
      const [options] = await wire.pass(0);
      expect(startLines([options])).toEqual(["OPTIONS sip:1001@192.0.2.20:5060 SIP/2.0"]);
      await wire.udp(respond(options.text, status));
      await wire.pass(60_000);
      expect(ends).toEqual([]);
      call.probe();
      expect((await wire.pass(0)).length).toBe(1);
    },
  );

  test("ends a call that the peer has forgotten", async () => {
    const { wire, call, ends } = await scene();
    call.probe();
    const [options] = await wire.pass(0);
    await wire.udp(respond(options.text, "481 No Such Call"));
    expect(ends.map(({ cause }) => cause)).toEqual(["timeout"]);
  });

  test("ends a call whose peer stays silent for 32 s, and is put once at a time", async () => {
    const { wire, call, ends } = await scene();
    call.probe();
    call.probe();
    expect((await wire.pass(0)).length).toBe(1);
    await wire.pass(31_999);
    expect(ends).toEqual([]);
    const sent = startLines(await wire.pass(1));
    expect(sent).toContain("BYE sip:1001@192.0.2.20:5060 SIP/2.0");
    expect(ends.map(({ cause }) => cause)).toEqual(["timeout"]);
  });

  test("is not put in a call that is over", async () => {
    const { wire, peer, call } = await scene();
    await peer.send("BYE");
    call.probe();
    expect(await wire.pass(0)).toEqual([]);
  });
});
