import { afterAll, afterEach, describe, expect, test } from "bun:test";
import type { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { eventually } from "../../support/wait.ts";
import { askQuestions, type Phone, soundsOf, SurvivalScene, type Told } from "./survival_scene.ts";

/** A machine that runs other tests beside this one is slow; alone it takes a second or two. */
const BACK_MS = 15_000;
const GREETING = "a000 a001 a002 a003 a004. a005 a006 a007 a008 a009.";

describe.skipIf(!hasFreeSwitch)("calls that came by socket, and whose phone is gone", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: SurvivalScene;
  /** Callers of a test that failed do not stay for the next one. */
  const guests: IndependentCaller[] = [];

  afterEach(async () => {
    await Promise.all(guests.splice(0).map((caller) => caller[Symbol.asyncDispose]()));
    await scene.freeswitch.hasChannels(0, BACK_MS);
  });

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  /** So many callers, each in the middle of what the agent answers to its question. */
  async function conversations(phone: Phone, count: number): Promise<IndependentCaller[]> {
    const callers = await scene.callers(count, "6000");
    guests.push(...callers);
    await askQuestions(callers, BACK_MS);
    await phone.tells("transcript", count);
    for (const caller of callers) caller.heard.clear();
    const hears = (caller: IndependentCaller) => soundsOf(caller).some(({ is }) => is === "agent");
    await eventually("the answers", () => callers.every(hears), BACK_MS);
    return callers;
  }

  /** The callers have heard music and then the agent again, which knows all that was said. */
  async function goOn(one: Phone, two: Phone, callers: readonly IndependentCaller[]) {
    await two.tells("answered", callers.length, BACK_MS);
    await eventually("the agent, after music", () =>
      callers.every((caller) => {
        const sounds = soundsOf(caller);
        const music = sounds.findIndex(({ is }) => is === "music");
        return music !== -1 && sounds.slice(music).some(({ is }) => is === "agent");
      }), BACK_MS);
    expect(callers.flatMap(({ asked }) => asked)).toEqual([]);
    const questionOf = ({ call }: Told) =>
      one.told("transcript").find((told) => told.call === call)!.text!;
    for (const told of two.told("answered")) {
      expect(told.history!.slice(0, 2).map(({ text }) => text)).toEqual([
        GREETING,
        questionOf(told),
      ]);
      expect(told.resumed!.saying!.unheard).toContain("b099");
    }
    // They are calls as before: who hangs up is gone.
    for (const caller of callers) expect(await caller.bye()).toBe(200);
    await scene.freeswitch.hasChannels(0, BACK_MS);
    await two.tells("ended", callers.length);
    expect(two.told("error")).toEqual([]);
  }

  test(
    "stay in music when it is killed, and go on in the next one with all that was said",
    async () => {
      scene ??= await SurvivalScene.start();
      await using one = await scene.phone();
      const callers = await conversations(one, 3);
      one.program.kill("SIGKILL");
      await eventually(
        "music",
        () => callers.every((caller) => soundsOf(caller).some(({ is }) => is === "music")),
      );
      await using two = await scene.phone();
      await goOn(one, two, callers);
      await two.program.stop();
    },
    120_000,
  );

  test("go on in one that waits for its ports, when it is told to end", async () => {
    scene ??= await SurvivalScene.start();
    await using one = await scene.phone();
    const callers = await conversations(one, 3);
    await using two = scene.launch();
    await two.tells("starting");
    expect(await one.program.stop()).toEqual({ code: 0, signal: null });
    await goOn(one, two, callers);
    await two.program.stop();
  }, 120_000);
});
