import { afterAll, describe, expect, test } from "bun:test";
import { SystemRandom } from "../../../src/clock/mod.ts";
import { browserCall } from "../../../src/door/mod.ts";
import { type EslDtmfEvent, showChannels, uuidPark } from "../../../src/esl/mod.ts";
import { createApp } from "../../../src/http/mod.ts";
import { FarEnd } from "../../door/socket_pair.ts";
import type { HeardKey } from "../../support/caller/heard.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene } from "./control_scene.ts";

const ALL = "1234567890*#ABCD";

/** What those told of who heard a key: FreeSWITCH's channel, the key, its length. */
interface Told {
  readonly uuid: string | undefined;
  readonly digit: string | undefined;
  readonly durationMs: number | undefined;
}

describe.skipIf(!hasFreeSwitch)("keys that the phone presses", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;
  const told: Told[] = [];

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  async function start(): Promise<ControlScene> {
    if (scene === undefined) {
      scene = await ControlScene.start();
      scene.phone.freeswitch!.client.on("DTMF", ({ uuid, digit, durationMs }: EslDtmfEvent) => {
        told.push({ uuid, digit, durationMs });
      });
    }
    told.length = 0;
    return scene;
  }

  /** What FreeSWITCH has told of the keys of one channel, or of all. */
  function keysOf(uuid?: string): string {
    return told.filter((one) => uuid === undefined || one.uuid === uuid)
      .map(({ digit }) => digit).join("");
  }

  /** Whether all are there, and the last is up again. */
  function haveCome(keys: readonly HeardKey[]): boolean {
    return keys.length >= ALL.length && keys.at(-1)!.ends >= 3;
  }

  /** Lets the one call that was made to FreeSWITCH wait there: an echo is told of no keys. */
  async function park(): Promise<string> {
    const { client } = scene.phone.freeswitch!;
    for (;;) {
      const channels = await showChannels(client);
      const uuid = channels.find(({ destination }) => destination === "9196")?.uuid;
      if (uuid === undefined) await wait(20);
      else {
        await uuidPark(client, uuid);
        return uuid;
      }
    }
  }

  test("are heard by a caller through FreeSWITCH while the agent speaks", async () => {
    const { phone } = await start();
    const app = createApp(phone, { random: new SystemRandom() });
    const { caller, call } = await scene.call();
    await using _ = caller;
    const talk = caller.voice.say(speech(0, 8));
    await wait(500);
    const answer = await app.request(`/calls/${call.id}/dtmf`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ digits: ALL }),
    });
    expect(answer.status).toBe(202);
    await talk;
    await eventually("the keys", () => keysOf().length >= ALL.length, 20_000);
    // FreeSWITCH has heard them on the leg to us, and nobody has pressed them for it.
    expect([keysOf(), keysOf(call.id)]).toEqual([ALL, ""]);
    for (const { durationMs } of told) expect(durationMs).toBe(160);
    await eventually("the caller's", () => haveCome(caller.heard.keys()));
    const keys = caller.heard.keys();
    expect(keys.map(({ digit }) => digit).join("")).toBe(ALL);
    for (const { durationMs } of keys) expect(durationMs).toBeGreaterThanOrEqual(100);
    // The agent speaks on, and presses nothing more.
    caller.heard.clear();
    await caller.voice.say(speech(0, 2));
    const sound = caller.heard.arrivals.filter(({ payloadType }) => payloadType === 0);
    expect(sound.length).toBeGreaterThan(20);
    expect(caller.heard.keys()).toEqual([]);
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
  }, 60_000);

  test("are heard by FreeSWITCH where the phone has called it", async () => {
    const { phone, freeswitch } = await start();
    const call = await phone.call(`sip:9196@127.0.0.1:${freeswitch.callersPort}`);
    const uuid = await park();
    call.sendDtmf(ALL);
    await eventually("the keys", () => keysOf().length >= ALL.length, 20_000);
    // One too many would come now.
    await wait(300);
    expect(keysOf(uuid)).toBe(ALL);
    for (const { durationMs } of told) expect(durationMs).toBe(160);
    await call.hangup();
    await freeswitch.hasChannels(0);
  }, 60_000);

  test("are heard by a telephone that the phone has called straight, in their time", async () => {
    const { phone } = await start();
    const call = await phone.call(scene.address());
    const leg = await scene.human.next();
    const talk = leg.voice.say(speech(2, 5));
    call.sendDtmf(ALL);
    await eventually("the keys", () => haveCome(leg.heard.keys()), 20_000);
    await talk;
    const keys = leg.heard.keys();
    expect(keys.map(({ digit }) => digit).join("")).toBe(ALL);
    for (const { durationMs, gapMs, ends, markers } of keys) {
      expect([durationMs, ends, markers]).toEqual([160, 3, 1]);
      expect(gapMs).toBeGreaterThanOrEqual(100);
    }
    await call.hangup();
  }, 60_000);

  test("are those of a caller by a door, where that is bridged to FreeSWITCH", async () => {
    const { phone, freeswitch } = await start();
    const far = new FarEnd();
    const before = new Set(phone.calls);
    void browserCall(phone, far.socket, { remoteAddress: "127.0.0.1" });
    far.say({ type: "hello", sampleRate: 16_000 });
    const call = () => phone.calls.find((one) => !before.has(one) && one.state === "live");
    await eventually("the call", () => call() !== undefined);
    const outcome = await call()!.transfer(`sip:9196@127.0.0.1:${freeswitch.callersPort}`);
    expect(outcome).toEqual({ outcome: "completed" });
    const uuid = await park();
    for (const digit of "90210#") {
      far.say({ type: "dtmf", digit });
      await wait(300);
    }
    await eventually("the keys", () => keysOf().length >= 6);
    expect(keysOf(uuid)).toBe("90210#");
    // The other way: what FreeSWITCH presses, the page is told.
    await freeswitch.api(`uuid_send_dtmf ${uuid} 4*7@120`);
    const heard = () =>
      far.told.flatMap(({ type, digit }) => type === "dtmf" ? [digit] : []).join("");
    await eventually("the page", () => heard().length >= 3);
    expect(heard()).toBe("4*7");
    far.leave();
    await freeswitch.hasChannels(0);
  }, 60_000);
});
