import { afterAll, describe, expect, test } from "bun:test";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { freePort } from "../../support/free_ports.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { TcpRelay } from "../../support/tcp_relay.ts";
import { eventually } from "../../support/wait.ts";
import { ControlScene, PATIENCE_MS } from "./control_scene.ts";
import { hearsItself } from "./likeness.ts";

describe.skipIf(!hasFreeSwitch)("a call that the dialplan hands over by socket", () => {
  let scene: ControlScene;
  /** Between FreeSWITCH and the door. */
  let relay: TcpRelay;

  async function start(): Promise<ControlScene> {
    const port = await freePort();
    relay = await TcpRelay.listen(port);
    return await ControlScene.start({
      vars: {
        sofia_phone_socket_numbers: "^6\\d\\d\\d$",
        sofia_phone_socket_port: relay.port,
        sofia_phone_patience: 30,
      },
      freeswitch: { door: { port, mediaTimeoutMs: PATIENCE_MS } },
    });
  }

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
    await relay?.[Symbol.asyncDispose]();
  });

  test("comes to us by SIP, is heard, transferred, and told apart from none", async () => {
    scene ??= await start();
    const { caller, call } = await scene.call("6123");
    await using _ = caller;
    expect([call.info.to.user, call.info.from.user]).toEqual(["6123", "caller"]);
    const { alike, least } = await hearsItself(caller, speech(0, 3));
    expect(alike).toBeGreaterThan(least);
    scene.onCall = (leg) => leg.refuse("486 Busy Here");
    expect((await call.transfer(scene.address())).outcome).toBe("busy");
    scene.onCall = (leg) => leg.answer();
    expect((await call.transfer(scene.address())).outcome).toBe("completed");
    (await scene.human.next()).hangUp();
    (await scene.human.next()).hangUp();
    await caller.hungUp;
    await scene.freeswitch.hasChannels(0);
    expect(scene.errors).toEqual([]);
  }, 60_000);

  test("is hung up when we hang up, and ours are when the caller does", async () => {
    scene ??= await start();
    const first = await scene.call("6123");
    await using _ = first.caller;
    await first.call.hangup();
    await first.caller.hungUp;
    await scene.freeswitch.hasChannels(0);
    const second = await scene.call("6124");
    await second.caller.bye();
    await second.caller.close();
    await second.call.ended;
    await scene.freeswitch.hasChannels(0);
    expect(scene.errors).toEqual([]);
  }, 60_000);

  test.each([["by the dialplan's bridge", "7000"], ["by socket", "6000"]])(
    "is over when we hang up as soon as we have answered a call that came %s",
    async (_, number) => {
      scene ??= await start();
      const off = scene.phone.on("answered", ({ call }) => void call.hangup());
      const { answered } = scene.phone.counters;
      // Whether FreeSWITCH has bridged the two by then is chance.
      for (let round = 1; round <= 5; round++) {
        await using caller = await IndependentCaller.open(scene.freeswitch.callersPort, number);
        expect((await caller.invite()).status).toBe(200);
        await caller.hungUp;
        expect(scene.phone.counters.answered).toBe(answered + round);
      }
      off();
      await scene.freeswitch.hasChannels(0);
      expect(await scene.freeswitch.losses()).toEqual([]);
    },
    60_000,
  );

  test(
    "comes again when the connection of its socket is lost, and is hung up as ever then",
    async () => {
      scene ??= await start();
      const { caller, call } = await scene.call("6125");
      await using _ = caller;
      // What knows the channel of a call has seen that the two are bridged.
      const leg = await call.variable("sofia_phone_leg");
      expect(await call.variable("last_bridge_to")).toBe(leg!);
      relay.cut();
      await call.ended;
      const again = () => scene.phone.calls.find((one) => one !== call && one.state === "live");
      await eventually("the caller is back", () => again() !== undefined, 20_000);
      expect(again()!.id).toBe(call.id);
      expect(caller.asked).toEqual([]);
      expect(await again()!.variable("sofia_phone_leg")).not.toBe(leg);
      await again()!.hangup();
      await caller.hungUp;
      await scene.freeswitch.hasChannels(0);
      expect(await scene.freeswitch.losses()).toEqual(["bridge CONNECTION_LOST, set-up SUCCESS"]);
      // The phone says that it has lost a connection, and nothing else.
      expect(scene.errors.splice(0).map((error) => (error as Error).name)).toEqual([
        "EslClosedError",
      ]);
    },
    60_000,
  );

  test("brings nobody else to the telephone, whatever a caller dials", async () => {
    scene ??= await start();
    await scene.freeswitch.configure({ sofia_phone_socket_numbers: "^6.*$" });
    const before = scene.human.legs.length;
    const nasty = `6,user;x=sofia/callers/sip:human%40127.0.0.1`;
    await using caller = await IndependentCaller.open(scene.freeswitch.callersPort, nasty);
    expect((await caller.invite()).status).toBe(200);
    await eventually("the call", () => scene.phone.calls.length === 1);
    expect(scene.phone.calls[0].info.to.user).toMatch(/^6[\w.*+-]*$/);
    expect(scene.human.legs.length).toBe(before);
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
  }, 60_000);
});
