import { afterAll, describe, expect, test } from "bun:test";
import type { KeyPress } from "../../../src/call/mod.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene } from "./control_scene.ts";

describe.skipIf(!hasFreeSwitch)("keys that FreeSWITCH tells by its event socket", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  /** What the phone tells of a call in which `keys` are pressed, and how many FreeSWITCH has told. */
  async function press(keys: string): Promise<{ told: KeyPress[]; events: number }> {
    const told: KeyPress[] = [];
    let events = 0;
    const stops = [
      scene.phone.on(
        "dtmf",
        ({ digit, way, durationMs }) => void told.push({ digit, way, durationMs }),
      ),
      scene.phone.freeswitch!.client.on("DTMF", () => void events++),
    ];
    const { caller, call } = await scene.call();
    await using _ = caller;
    await caller.voice.say(speech(0, 0.5));
    for (const key of keys) {
      await caller.voice.press(key);
      await caller.voice.say(speech(3, 0.3));
    }
    await eventually("the keys", () => told.length >= keys.length);
    // One too many would come now.
    await wait(500);
    expect(call.keys.entries.map(({ digit }) => digit).join("")).toBe(keys);
    for (const stop of stops) stop();
    return { told, events };
  }

  test("are told once, by RTP, where they come in RTP as well", async () => {
    scene ??= await ControlScene.start();
    const { told, events } = await press("1122#");
    expect(told.map(({ digit, way }) => `${digit} ${way}`)).toEqual([
      ...["1 rtp", "1 rtp", "2 rtp", "2 rtp", "# rtp"],
    ]);
    // FreeSWITCH has told all of them, too.
    expect(events).toBeGreaterThanOrEqual(5);
  }, 40_000);

  test("are told once where they come by INFO as well", async () => {
    scene ??= await ControlScene.start();
    // What stands after the value belongs to the leg as well.
    await scene.freeswitch.configure({ sofia_phone_media_timeout: "5000,dtmf_type=info" });
    const { told, events } = await press("3303");
    expect(told.map(({ digit }) => digit).join("")).toBe("3303");
    expect(events).toBeGreaterThanOrEqual(4);
  }, 40_000);

  test("are told where they come in no other way", async () => {
    scene ??= await ControlScene.start();
    const none = "5000,dtmf_type=none,drop_dtmf=true";
    await scene.freeswitch.configure({ sofia_phone_media_timeout: none });
    const { told } = await press("90*");
    expect(told.map(({ digit, way }) => `${digit} ${way}`)).toEqual(["9 esl", "0 esl", "* esl"]);
    for (const { durationMs } of told) expect(durationMs).toBeGreaterThan(40);
  }, 40_000);
});
