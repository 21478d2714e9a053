import { afterAll, describe, expect, test } from "bun:test";
import { mock } from "../../../mod.ts";
import type { CalleeLeg } from "../../support/caller/independent_callee.ts";
import { attempts } from "../../support/attempts.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene } from "./control_scene.ts";
import { likeness } from "./likeness.ts";

/** What the human is told, as sound. */
const BRIEF = { samples: speech(4, 2), sampleRate: 8000 };

/** Rings, and answers a little later. */
const answer = (leg: CalleeLeg): void => {
  leg.ring();
  void wait(300).then(() => leg.answer());
};

/** How much of a sound is a tone of 425 Hz, in some 200 ms of it: 1 is nothing else. */
function ringing(sound: Int16Array): number {
  let most = 0;
  for (let from = 0; from + 1600 <= sound.length; from += 400) {
    let [sine, cosine, power] = [0, 0, 1];
    for (let n = 0; n < 1600; n++) {
      const sample = sound[from + n];
      sine += sample * Math.sin(2 * Math.PI * 425 * n / 8000);
      cosine += sample * Math.cos(2 * Math.PI * 425 * n / 8000);
      power += sample * sample;
    }
    if (power > 1e7) most = Math.max(most, 2 * (sine ** 2 + cosine ** 2) / 1600 / power);
  }
  return most;
}

describe.skipIf(!hasFreeSwitch)("a human that is told about the caller first", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  test(
    "hears it, presses a key and has the caller, who has heard it ring",
    () =>
      attempts(async () => {
        // FreeSWITCH leaves packets out when the machine is busy: the brief is then heard in another call.
        scene ??= await ControlScene.start({ backend: mock(), onCall: answer });
        const { caller, call } = await scene.call();
        await using _ = caller;
        caller.heard.clear();
        const transfer = call.transfer(scene.address(), {
          brief: { say: BRIEF, acceptKey: "1", declineKey: "2" },
        });
        const leg = await scene.human.next();
        await wait(4000);
        const [told, waited] = [leg.heard.sound(), caller.heard.sound()];
        expect(scene.phone.calls).toEqual([call]);
        await leg.voice.press("1");
        expect((await transfer).outcome).toBe("completed");
        await scene.freeswitch.hasChannels(2);
        // Not before: to compare takes its time, in which the phone here says nothing to FreeSWITCH.
        expect(likeness(BRIEF.samples, told).alike).toBeGreaterThan(0.25);
        expect(ringing(waited)).toBeGreaterThan(0.8);
        leg.heard.clear();
        const said = speech(0, 2);
        await caller.voice.say(said);
        await wait(300);
        expect(likeness(said, leg.heard.sound()).alike).toBeGreaterThan(0.25);
        leg.hangUp();
        await caller.hungUp;
        await scene.freeswitch.hasChannels(0);
        expect(scene.errors).toEqual([]);
      }),
    120_000,
  );

  test("has the caller when all was said, if there is no key to press", () =>
    attempts(async () => {
      scene ??= await ControlScene.start({ backend: mock(), onCall: answer });
      const { caller, call } = await scene.call();
      await using _ = caller;
      expect((await call.transfer(scene.address(), { brief: BRIEF })).outcome).toBe("completed");
      const leg = await scene.human.next();
      expect(likeness(BRIEF.samples, leg.heard.sound()).alike).toBeGreaterThan(0.25);
      await caller.bye();
      expect(await leg.over).toBe("BYE");
      await scene.freeswitch.hasChannels(0);
    }), 120_000);

  test("can leave the caller to us: by a key, by silence, and by hanging up", async () => {
    scene ??= await ControlScene.start({ backend: mock(), onCall: answer });
    const { caller, call } = await scene.call();
    await using _ = caller;
    const brief = { say: BRIEF, acceptKey: "1", declineKey: "2", decideMs: 1000 };
    const ways: ((leg: CalleeLeg) => unknown)[] = [
      (leg) => leg.voice.press("2"),
      () => {},
      (leg) => leg.hangUp(),
    ];
    for (const way of ways) {
      const transfer = call.transfer(scene.address(), { brief });
      const leg = await scene.human.next();
      await eventually("the brief", () => leg.heard.arrivals.length > 20);
      await wait(500);
      await way(leg);
      expect(await transfer).toEqual({ outcome: "declined" });
      await scene.freeswitch.hasChannels(2);
      expect(call.state).toBe("live");
    }
    expect(caller.asked).not.toContain("BYE");
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
    expect(scene.errors).toEqual([]);
  }, 60_000);

  test("is let go when the caller hangs up meanwhile", async () => {
    scene ??= await ControlScene.start({ backend: mock(), onCall: answer });
    const { caller, call } = await scene.call();
    await using _ = caller;
    const transfer = call.transfer(scene.address(), { brief: { say: BRIEF, acceptKey: "1" } });
    const leg = await scene.human.next();
    await eventually("the brief", () => leg.heard.arrivals.length > 20);
    await caller.bye();
    expect(await transfer).toEqual({ outcome: "ended" });
    expect(await leg.over).toBe("BYE");
    await scene.freeswitch.hasChannels(0);
  }, 60_000);
});
