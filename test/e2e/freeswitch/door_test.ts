import { afterAll, describe, expect, test } from "bun:test";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { freePort } from "../../support/free_ports.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";
import { ControlScene, PATIENCE_MS } from "./control_scene.ts";
import { hearsItself } from "./likeness.ts";

describe.skipIf(!hasFreeSwitch)("a call that the dialplan hands over by socket", () => {
  let scene: ControlScene;

  async function start(): Promise<ControlScene> {
    const port = await freePort();
    return await ControlScene.start({
      vars: { sofia_phone_socket_numbers: "^6\\d\\d\\d$", sofia_phone_socket_port: port },
      freeswitch: { door: { port, mediaTimeoutMs: PATIENCE_MS } },
    });
  }

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
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
