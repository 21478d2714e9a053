import { afterAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EslAuthError, EslClosedError, EslTimeoutError } from "../../../src/esl/mod.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { ControlScene, PATIENCE_MS } from "./control_scene.ts";

describe.skipIf(!hasFreeSwitch)("a phone whose FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: ControlScene;
  /** Channels that were answered, as the event socket told of each. */
  const answered: string[] = [];

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  async function start(): Promise<ControlScene> {
    if (scene === undefined) {
      scene = await ControlScene.start({
        freeswitch: {
          commandTimeoutMs: PATIENCE_MS,
          maxBackoffMs: 500,
          events: ["CHANNEL_ANSWER"],
        },
      });
      scene.phone.freeswitch!.client.on("CHANNEL_ANSWER", ({ uuid = "" }) => {
        answered.push(uuid);
      });
      // Not only logged in: what channels there are is asked for right after.
      await eventually("it is told", () => scene.states.some(({ isConnected }) => isConnected));
    }
    scene.states.length = 0;
    scene.errors.length = 0;
    answered.length = 0;
    return scene;
  }

  /** A new call is told once, by each of its legs, and can be controlled. */
  async function isWhole(): Promise<void> {
    answered.length = 0;
    const { caller, call } = await scene.call();
    await using _ = caller;
    await call.setVariable("note", "whole");
    expect(await scene.freeswitch.variable(call.id, "note")).toBe("whole");
    await eventually("both legs are told", () => answered.length >= 2);
    await wait(300);
    expect(answered.filter((uuid) => uuid === call.id).length).toBe(1);
    expect(new Set(answered).size).toBe(answered.length);
    await caller.bye();
    await scene.freeswitch.hasChannels(0);
  }

  test(
    "stands still for a while keeps its calls, is told of in time, and loses no event",
    async () => {
      const { freeswitch, phone } = await start();
      const { client } = phone.freeswitch!;
      const { caller, call } = await scene.call();
      await using _ = caller;
      const goOn = freeswitch.freeze();
      const asked = Promise.all([
        call.variable("note").catch((error) => error),
        call.transfer(scene.address(), { timeoutMs: 1000 }).catch((error) => error),
        client.api("status").catch((error) => error),
      ]);
      // What the caller says and presses meanwhile is not heard; nobody is hung up on for that.
      await caller.voice.say(speech(0, 6));
      for (const error of await asked) expect(error).toBeInstanceOf(EslTimeoutError);
      goOn();
      expect([call.state, client.state]).toEqual(["live", "connected"]);
      expect(await client.api("status", { timeoutMs: 20_000 })).toContain("UP");
      await call.setVariable("note", "after");
      expect(await call.variable("note")).toBe("after");
      // The answers that came too late were those of the questions before.
      expect(client.counters.strayReplies).toBe(0);
      expect(scene.human.legs).toEqual([]);
      await caller.bye();
      await freeswitch.hasChannels(0);
      await isWhole();
    },
    60_000,
  );

  test("loads its event socket anew keeps its calls, and is found again", async () => {
    const { freeswitch, phone } = await start();
    const { client } = phone.freeswitch!;
    const { caller, call } = await scene.call();
    await using _ = caller;
    const lost = await client.bgapi("reload mod_event_socket").catch((error) => error);
    expect(lost).toBeInstanceOf(EslClosedError);
    await eventually("it is lost", () => scene.states.some(({ isConnected }) => !isConnected));
    await eventually("it is found", () => phone.freeswitch!.isConnected, 20_000);
    await freeswitch.reconnect();
    expect(call.state).toBe("live");
    await call.setVariable("note", "after");
    expect(await call.variable("note")).toBe("after");
    await caller.bye();
    await freeswitch.hasChannels(0);
    await isWhole();
  }, 90_000);

  test("lets it in no more says why, and is tried again until it does", async () => {
    const { freeswitch, phone } = await start();
    const { client } = phone.freeswitch!;
    const path = join(freeswitch.folder, "conf/standalone/event_socket_settings.xml");
    const text = await readFile(path, "utf8");
    const { caller, call } = await scene.call();
    await using _ = caller;
    await writeFile(path, text.replace("loopback.auto", "none.auto"));
    await freeswitch.api("reloadxml");
    await client.bgapi("reload mod_event_socket").catch(() => {});
    const refused = () =>
      scene.states.map(({ error }) => error).find((error) => error instanceof EslAuthError);
    await eventually("it is refused", () => refused() !== undefined, 20_000);
    expect(refused()!.message).toBe("FreeSWITCH refuses connections from this address");
    const error = await call.variable("note").catch((error) => error);
    expect(error).toBeInstanceOf(EslClosedError);
    expect(call.state).toBe("live");
    expect(await caller.bye()).toBe(200);
    await eventually("the call is over", () => phone.calls.length === 0);
    await writeFile(path, text);
    await freeswitch.restart();
    await eventually("it is found", () => phone.freeswitch!.isConnected, 20_000);
    await isWhole();
  }, 90_000);

  test("dies in the middle of calls ends them, and goes on with the next FreeSWITCH", async () => {
    const { freeswitch, phone } = await start();
    const { caller, call } = await scene.call();
    await using _ = caller;
    // The phone has to know the channel to see that it is gone: else it asks after half a minute.
    await eventually("it is told", () => answered.includes(call.id));
    await wait(200);
    await freeswitch.restart();
    await eventually("it is found", () => phone.freeswitch!.isConnected, 20_000);
    await eventually("the call is over", () => call.state === "ended", 30_000);
    expect(phone.calls).toEqual([]);
    await isWhole();
  }, 90_000);
});
