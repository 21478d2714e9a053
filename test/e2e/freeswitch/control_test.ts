import { afterAll, describe, expect, test } from "bun:test";
import { type CallActions, mock, type VoiceBackend } from "../../../mod.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene } from "./control_scene.ts";
import { likeness } from "./likeness.ts";

/** An agent that gives the caller to the human when a key is pressed, and tells what came of it. */
class Actor implements Pick<VoiceBackend, "onDtmf"> {
  target = "";
  readonly outcomes: string[] = [];

  async onDtmf(digit: string, _: unknown, actions?: CallActions): Promise<string> {
    if (digit === "1") this.outcomes.push((await actions!.transfer(this.target)).outcome);
    if (digit === "2") await actions!.hangup("USER_BUSY");
    return "";
  }
}

describe.skipIf(!hasFreeSwitch)("a call in FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;
  const actor = new Actor();

  async function start(): Promise<ControlScene> {
    const onDtmf = actor.onDtmf.bind(actor);
    return await ControlScene.start({ backend: { ...mock(), onDtmf } });
  }

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test("has variables that both sides see", async () => {
    scene ??= await start();
    const { caller, call } = await scene.call();
    await using _ = caller;
    expect(await call.variable("sip_from_user")).toBe("caller");
    expect(await call.variable("tier")).toBe(undefined);
    const nasty = ' a,b\'c \\d=e\\s |x 100% %E9 "q" Zo\u00eb \u{1f600} $1 [x] {y} ';
    await call.setVariable("tier", nasty);
    expect(await call.variable("tier")).toBe(nasty);
    expect(await scene.freeswitch.variable(call.id, "tier")).toBe(nasty.trim());
    await call.setVariable("tier", undefined);
    expect(await call.variable("tier")).toBe(undefined);
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("is hung up with a cause that the caller is told, and no fallback runs", async () => {
    scene ??= await start();
    const { caller, call } = await scene.call();
    await using _ = caller;
    await call.hangup("USER_BUSY");
    await caller.hungUp;
    expect(caller.goodbye).toBe('Q.850;cause=17;text="USER_BUSY"');
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("waits parked, hears what it is to hear, and comes back as the same session", async () => {
    scene ??= await start();
    const { caller, call } = await scene.call();
    await using _ = caller;
    const parked = await call.park({ hear: "tone_stream://%(1000,0,425)" });
    expect(parked.channel).toBe(call.id);
    expect((await call.ended).transferredTo).toBe("park");
    caller.heard.clear();
    await eventually("the tone", () => caller.heard.arrivals.length > 25);
    expect(Math.max(...caller.heard.sound())).toBeGreaterThan(1000);
    expect(await scene.freeswitch.channels()).toBe(1);
    await parked.bringBack();
    await eventually("the caller", () => scene.phone.calls.some(({ id }) => id === call.id));
    await wait(300);
    expect(caller.asked).not.toContain("BYE");
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test(
    "is let go by FreeSWITCH when it has been parked for long, and not after it was back",
    async () => {
      scene ??= await start();
      const first = await scene.call();
      await using _ = first.caller;
      await first.call.park({ timeoutMs: 1000 });
      await first.caller.hungUp;
      const second = await scene.call();
      await using __ = second.caller;
      const parked = await second.call.park({ timeoutMs: 2000 });
      await parked.bringBack();
      await wait(3000);
      expect(second.caller.asked).not.toContain("BYE");
      await second.caller.bye();
      await scene.freeswitch.hasChannels(0);
    },
    60_000,
  );

  test("is joined with another one, and is ours no more", async () => {
    scene ??= await start();
    const one = await scene.call();
    const other = await scene.call("7001");
    await using _ = one.caller;
    await using __ = other.caller;
    await one.call.bridge(other.call);
    expect(scene.phone.calls).toEqual([]);
    await scene.freeswitch.hasChannels(2);
    other.caller.heard.clear();
    const said = speech(0, 2);
    await one.caller.voice.say(said);
    await wait(300);
    expect(likeness(said, other.caller.heard.sound()).alike).toBeGreaterThan(0.25);
    await one.caller.bye();
    await other.caller.hungUp;
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test(
    "is in the hands of its backend: it is transferred, stays when that fails, and is hung up",
    async () => {
      scene ??= await start();
      actor.target = scene.address();
      scene.onCall = (leg) => leg.refuse("486 Busy Here");
      const { caller } = await scene.call();
      await using _ = caller;
      await caller.voice.press("1");
      await eventually("the first outcome", () => actor.outcomes.length === 1);
      scene.onCall = (leg) => leg.answer();
      await wait(200);
      await caller.voice.press("1");
      await eventually("the second outcome", () => actor.outcomes.length === 2);
      expect(actor.outcomes).toEqual(["busy", "completed"]);
      await caller.bye();
      const next = await scene.call();
      await using __ = next.caller;
      await wait(200);
      await next.caller.voice.press("2");
      await next.caller.hungUp;
      expect(next.caller.goodbye).toContain("USER_BUSY");
      await scene.freeswitch.hasChannels(0);
      expect(scene.errors).toEqual([]);
    },
    60_000,
  );

  test(
    "goes to a human when its agent has failed for good, and hears a farewell if that fails",
    async () => {
      scene ??= await start();
      await scene.phone.stop();
      const broken: VoiceBackend = {
        ...mock(),
        transcribe: () => Promise.reject(new Error("out of order")),
      };
      const failure = { leaveAfter: 1, transferTo: "8desk" };
      await scene.startPhone({ backend: broken, conversation: { failure } });
      for (const isThere of [false, true]) {
        scene.onCall = (leg) => isThere ? leg.answer() : leg.refuse("486 Busy Here");
        const { caller, call } = await scene.call();
        await using _ = caller;
        const before = scene.human.legs.length;
        await caller.voice.say(speech(0, 3));
        await caller.voice.say(new Int16Array(8000 * 4));
        await eventually("the human", () => scene.human.legs.length > before, 25_000);
        if (isThere) {
          expect((await call.ended).transferredTo).toBe("8desk");
          scene.human.legs.at(-1)!.hangUp();
        } else expect((await call.ended).transferredTo).toBe(undefined);
        await caller.hungUp;
      }
      await scene.freeswitch.hasChannels(0);
    },
    60_000,
  );
});
