import { describe, expect, test } from "bun:test";
import type { SipCall } from "../../src/sip/mod.ts";
import { CONTACT, outboundScene as scene } from "../support/outbound_scene.ts";
import { respond, sdp, sdpBytes, sdpNameOf } from "../support/sip_peer.ts";
import { fieldOf, startLines } from "../support/sip_wire.ts";

describe("an INVITE without an offer", () => {
  test("answers an offer that comes with the answer, in its ACK", async () => {
    const offers: string[] = [];
    const { wire, invite, outcome } = await scene({
      sdp: undefined,
      handlers: {
        onOffer: (offer) => {
          offers.push(new TextDecoder().decode(offer));
          return Promise.resolve(sdpBytes("our answer"));
        },
      },
    });
    expect(fieldOf(invite.text, "Content-Length")).toBe("0");
    const ok = respond(invite.text, "200 OK", { body: sdp("late offer"), lines: [CONTACT] });
    const [ack] = await wire.udp(ok);
    expect(offers).toEqual([sdp("late offer")]);
    expect(startLines([ack])).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect(sdpNameOf(ack.text)).toBe("our answer");
    expect((await outcome as SipCall).remoteSdp).toEqual(sdpBytes("late offer"));
  });

  test("waits for the answer to a late offer while its 200 comes again", async () => {
    let settle: (answer: Uint8Array) => void = () => {};
    const { wire, invite, outcome } = await scene({
      sdp: undefined,
      handlers: { onOffer: () => new Promise((resolve) => settle = resolve) },
    });
    const ok = respond(invite.text, "200 OK", { body: sdp("late offer"), lines: [CONTACT] });
    expect(await wire.udp(ok)).toEqual([]);
    await wire.pass(500);
    expect(await wire.udp(ok)).toEqual([]);
    settle(sdpBytes("our answer"));
    const [ack, ...others] = await wire.pass(0);
    expect(startLines([ack])).toEqual(["ACK sip:1001@192.0.2.20:5060 SIP/2.0"]);
    expect([sdpNameOf(ack.text), others]).toEqual(["our answer", []]);
    expect((await outcome as SipCall).state).toBe("confirmed");
    expect(await wire.udp(ok)).toEqual([ack]);
  });

  test("hangs up, once, what is given up while the answer to a late offer is awaited", async () => {
    let settle: (answer: Uint8Array) => void = () => {};
    const controller = new AbortController();
    const { wire, invite, outcome } = await scene({
      sdp: undefined,
      signal: controller.signal,
      handlers: { onOffer: () => new Promise((resolve) => settle = resolve) },
    });
    const ok = respond(invite.text, "200 OK", { body: sdp("late offer"), lines: [CONTACT] });
    await wire.udp(ok);
    controller.abort();
    expect(startLines(await wire.udp(ok))).toEqual([
      "ACK sip:1001@192.0.2.20:5060 SIP/2.0",
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    settle(sdpBytes("our answer"));
    expect(await wire.pass(0)).toEqual([]);
    expect(await outcome).toMatchObject({ status: 487 });
  });

  test.each([
    ["throws", () => {
      throw new Error("broken");
    }],
    ["rejects", () => Promise.reject(new Error("broken"))],
  ])("tells of the handler that %s over a late offer, and hangs up", async (_name, onOffer) => {
    const errors: unknown[] = [];
    const { wire, invite, outcome } = await scene(
      { sdp: undefined, handlers: { onOffer } },
      { onHandlerError: (error) => errors.push(error) },
    );
    await wire.udp(respond(invite.text, "200 OK", { body: sdp("late"), lines: [CONTACT] }));
    expect(await outcome).toMatchObject({ status: 488 });
    expect([wire.agent.counters.handlerErrors, String(errors)]).toEqual([1, "Error: broken"]);
  });

  test.each([
    ["the late offer is refused", {
      sdp: undefined,
      handlers: { onOffer: () => ({ status: 488 }) },
    }, sdp("late")],
    ["nobody answers late offers", { sdp: undefined }, sdp("late")],
    ["there is no answer in the answer", {}, ""],
  ])("hangs up when %s", async (_name, changes, body) => {
    const { wire, invite, outcome } = await scene(changes);
    const sent = await wire.udp(respond(invite.text, "200 OK", { body, lines: [CONTACT] }));
    expect(startLines(sent)).toEqual([
      "ACK sip:1001@192.0.2.20:5060 SIP/2.0",
      "BYE sip:1001@192.0.2.20:5060 SIP/2.0",
    ]);
    expect(await outcome).toMatchObject({ status: 488 });
  });
});
