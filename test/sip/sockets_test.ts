import { describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import {
  type SipCall,
  type SipCallEnd,
  type SipRefer,
  type SipTransport,
  SipUserAgent,
  type SipUserAgentOptions,
} from "../../src/sip/mod.ts";
import { rows } from "../support/rows.ts";
import { sdpBytes } from "../support/sip_peer.ts";

const hasIPv6 = Object.values(networkInterfaces()).flat().some((one) => one?.address === "::1");

async function started(options: SipUserAgentOptions = {}): Promise<SipUserAgent> {
  const agent = new SipUserAgent({ port: 0, ...options });
  await agent.start();
  return agent;
}

/** Two user agents on real sockets; Bob answers, and his calls are noted. */
async function pair(options: SipUserAgentOptions = {}) {
  const bobs: SipCall[] = [];
  const alice = await started(options);
  const bob = await started({
    onInvite: (call) => {
      bobs.push(call);
      call.answer(sdpBytes("answer"));
    },
    ...options,
  });
  const host = options.host?.includes(":") ? `[${options.host}]` : "127.0.0.1";
  const uri = (transport: SipTransport) =>
    `sip:bob@${host}:${bob.local.port};transport=${transport}`;
  return { alice, bob, bobs, uri, stop: () => Promise.all([alice.stop(), bob.stop()]) };
}

function once<T>(set: (resolve: (value: T) => void) => void): Promise<T> {
  return new Promise(set);
}

describe("SipUserAgent on real sockets", () => {
  test.each(rows<SipTransport>("udp", "tcp"))(
    "calls, changes the session, sends keys, transfers and hangs up over %s",
    async (transport) => {
      const { alice, bob, bobs, uri, stop } = await pair();
      const call = await alice.invite({ target: uri(transport), sdp: sdpBytes("offer") });
      expect(call.remote).toMatchObject({ transport, port: bob.local.port });
      const [theirs] = bobs;
      expect(theirs.remoteSdp).toEqual(sdpBytes("offer"));

      const key = once<[string, number]>((resolve) => {
        theirs.handlers = {
          onDtmf: (...key) => resolve(key),
          onOffer: () => sdpBytes("held"),
          onRefer: (refer) => referred(refer),
          onEnded: (end) => ended(end),
        };
      });
      let ended: (end: SipCallEnd) => void = () => {};
      const end = once<SipCallEnd>((resolve) => ended = resolve);
      const referred = (refer: SipRefer) => {
        queueMicrotask(() => refer.report(200));
        return true;
      };
      const relay = new TextEncoder().encode("Signal=7\r\nDuration=100\r\n");
      expect(await call.info("application/dtmf-relay", relay)).toBe(200);
      expect(await key).toEqual(["7", 100]);
      expect(await call.reinvite(sdpBytes("hold"))).toEqual(sdpBytes("held"));
      expect(theirs.remoteSdp).toEqual(sdpBytes("hold"));
      expect(await call.refer("sip:carol@127.0.0.1")).toBe(200);
      await call.hangup();
      expect((await end).cause).toBe("remote");
      expect([alice.counters.calls, bob.counters.calls]).toEqual([0, 0]);
      expect(bob.counters.faults).toEqual({});
      await stop();
    },
  );

  test("carries a message of 60,000 bytes over TCP, and one of 8,000 over UDP", async () => {
    const { alice, bobs, uri, stop } = await pair();
    for (const [transport, bytes] of [["tcp", 60_000], ["udp", 8_000]] as const) {
      const sdp = new Uint8Array(bytes).fill(65);
      const call = await alice.invite({ target: uri(transport), sdp });
      expect(bobs.at(-1)!.remoteSdp).toEqual(sdp);
      await call.hangup();
    }
    await stop();
  });

  test("cancels, and the called hears of it", async () => {
    let ended: (end: SipCallEnd) => void = () => {};
    const end = once<SipCallEnd>((resolve) => ended = resolve);
    const { alice, uri, stop } = await pair({
      onInvite: (call) => {
        call.handlers = { onEnded: ended };
        call.ring();
      },
    });
    const controller = new AbortController();
    const handlers = { onProgress: () => controller.abort() };
    const error = await alice.invite({ target: uri("udp"), signal: controller.signal, handlers })
      .catch((error) => error);
    expect(error).toMatchObject({ status: 487 });
    expect(await end).toMatchObject({ cause: "cancelled", status: 487 });
    await stop();
  });

  test("fails at once when nobody listens on a TCP port", async () => {
    const { alice, bob, uri } = await pair();
    const target = uri("tcp");
    await bob.stop();
    const error = await alice.invite({ target }).catch((error) => error);
    expect(error).toMatchObject({ status: 503 });
    await alice.stop();
  });

  test.each(rows<SipTransport>("udp", "tcp"))("says so when the %s port is taken", async (name) => {
    const first = await started({ transports: [name] });
    const { port } = first.local;
    const second = new SipUserAgent({ port, transports: [name] });
    const error = await second.start().then(() => undefined, (error) => error);
    expect(error?.message).toBe(
      `Cannot listen for SIP on 127.0.0.1 port ${port} as another program holds the port: ` +
        "choose another or stop that program",
    );
    await first.stop();
    const third = await started({ port, transports: [name] });
    expect(third.local.port).toBe(port);
    await Promise.all([second.stop(), third.stop()]);
  });

  test("gives back the UDP port when the TCP port is taken", async () => {
    const tcp = await started({ transports: ["tcp"] });
    const { port } = tcp.local;
    const both = new SipUserAgent({ port });
    expect(await both.start().then(() => "started", () => "taken")).toBe("taken");
    const udp = await started({ port, transports: ["udp"] });
    await Promise.all([tcp.stop(), udp.stop()]);
  });

  test.skipIf(!hasIPv6)("calls over IPv6", async () => {
    const { alice, bobs, uri, stop } = await pair({ host: "::1" });
    for (const transport of ["udp", "tcp"] as const) {
      const call = await alice.invite({ target: uri(transport), sdp: sdpBytes("offer") });
      expect(call.remote.address).toBe("::1");
      await call.hangup();
    }
    expect(bobs.length).toBe(2);
    await stop();
  });

  test("calls itself", async () => {
    const agent = await started({ onInvite: (call) => void call.answer(sdpBytes("answer")) });
    for (const transport of ["udp", "tcp"] as const) {
      const target = `sip:me@127.0.0.1:${agent.local.port};transport=${transport}`;
      const call = await agent.invite({ target, sdp: sdpBytes("offer") });
      expect([...agent.calls].map(({ direction }) => direction).sort()).toEqual(["in", "out"]);
      await call.hangup();
      expect(agent.counters.calls).toBe(0);
    }
    await agent.stop();
  });

  test("looks up a host name", async () => {
    const { alice, bob, stop } = await pair();
    const target = `sip:bob@localhost:${bob.local.port}`;
    const call = await alice.invite({ target, sdp: sdpBytes("offer") });
    await call.hangup();
    await stop();
  });
});
