import { describe, expect, test } from "bun:test";
import { outboundScene as scene } from "../support/outbound_scene.ts";
import { sdpBytes } from "../support/sip_peer.ts";
import { SipWire, THEIRS } from "../support/sip_wire.ts";

describe("the lookup of a next hop", () => {
  test("looks up a host name, and fails when there is none", async () => {
    const wire = await SipWire.open();
    wire.names.set("pbx.example", "192.0.2.40");
    void wire.agent.invite({ target: "sip:1@pbx.example", sdp: sdpBytes("o") }).catch(() => {});
    expect((await wire.pass(0))[0].to).toMatchObject({ address: "192.0.2.40", port: 5060 });
    const error = await wire.agent.invite({ target: "sip:1@lost.example", sdp: sdpBytes("o") })
      .catch((error) => error);
    expect([error.status, error.message]).toEqual([
      503,
      "Cannot call sip:1@lost.example as it cannot be reached",
    ]);
  });

  test.each([
    ["192.0.2.10", 4, THEIRS.address],
    ["2001:db8::10", 6, "2001:db8::20"],
    ["::", 0, THEIRS.address],
    ["::", 0, "2001:db8::20"],
  ])("asks, on %s, for an address of IP version %i", async (host, version, address) => {
    const wire = await SipWire.open({ host, advertisedHost: "192.0.2.10" });
    const families: number[] = [];
    wire.lookup = (_name, family) => {
      families.push(family);
      return Promise.resolve(address);
    };
    wire.agent.invite({ target: "sip:a@phones.example" }).catch(() => {});
    expect((await wire.pass(0)).map(({ to }) => to.address)).toEqual([address]);
    expect(families).toEqual([version]);
  });

  test.each([
    ["192.0.2.10", "sip:a@[2001:db8::20]"],
    ["2001:db8::10", "sip:a@192.0.2.20"],
  ])("fails at once when a socket on %s cannot send to %s", async (host, target) => {
    const { outcome } = await scene({ target }, { host });
    expect(await outcome).toMatchObject({ status: 503 });
  });

  test("waits 10 s for the address of a name, and not for what comes later", async () => {
    const wire = await SipWire.open();
    let found: (address: string) => void = () => {};
    wire.lookup = () => new Promise((resolve) => found = resolve);
    let failure: unknown;
    wire.agent.invite({ target: "sip:a@slow.example" }).catch((error) => failure = error);
    await wire.pass(9_999);
    expect(failure).toBe(undefined);
    await wire.pass(1);
    expect(failure).toMatchObject({ status: 503 });
    found(THEIRS.address);
    expect(await wire.pass(0)).toEqual([]);
  });

  test("sends nothing when it is given up while the name is looked up", async () => {
    const wire = await SipWire.open();
    let found: (address: string) => void = () => {};
    wire.lookup = () => new Promise((resolve) => found = resolve);
    const giveUp = new AbortController();
    const outcome = wire.agent.invite({ target: "sip:a@slow.example", signal: giveUp.signal })
      .catch((error) => error);
    await wire.pass(0);
    giveUp.abort();
    expect(await outcome).toMatchObject({ status: 487 });
    found(THEIRS.address);
    expect(await wire.pass(40_000)).toEqual([]);
    // Were it still waited for, the end would take its two seconds of grace.
    await wire.agent.stop();
    expect(wire.clock.pending).toBe(0);
  });
});
