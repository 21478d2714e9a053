import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { FileStore, type StoredCall } from "../../../src/call/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { eventually, wait } from "../../support/wait.ts";
import { askQuestions, type Phone, soundsOf, SurvivalScene, type Told } from "./survival_scene.ts";

/** A machine that runs other tests beside this one is slow; alone it takes a second or two. */
const BACK_MS = 15_000;
const WORD_MS = 200;

describe.skipIf(!hasFreeSwitch)("calls whose phone is gone", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let scene: SurvivalScene;

  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]();
  });

  /** Callers of a test that failed do not stay for the next one. */
  const guests: IndependentCaller[] = [];

  afterEach(async () => {
    const left = guests.splice(0);
    await Promise.all(left.map((caller) => caller[Symbol.asyncDispose]()));
    await scene.freeswitch.hasChannels(0, BACK_MS);
  });

  /** So many callers, in the middle of what the agent answers them. */
  async function conversations(phone: Phone, count: number): Promise<IndependentCaller[]> {
    const callers = await scene.callers(count);
    guests.push(...callers);
    await askQuestions(callers, BACK_MS);
    await phone.tells("transcript", count);
    await wait(2000);
    return callers;
  }

  /** Everything is given back, and what is counted adds up. */
  async function over(phone: Phone, callers: readonly IndependentCaller[]): Promise<void> {
    const statuses = await Promise.all(callers.map((caller) => caller.bye()));
    expect(statuses.every((status) => status === 200)).toBe(true);
    await scene.freeswitch.hasChannels(0, BACK_MS);
    await phone.tells("ended", phone.told("answered").length);
    const { offered, answered, refused, failed, calls } = await phone.counters();
    expect(calls).toEqual([]);
    expect(offered).toBe(Number(answered) + Number(refused) + Number(failed));
  }

  async function stored(): Promise<StoredCall[]> {
    const calls: StoredCall[] = [];
    for await (const call of new FileStore(scene.folder).list()) calls.push(call);
    return calls;
  }

  /**
   * Nothing of what was said is missing, and nothing is in it that was not said; also where a machine
   * was so busy that FreeSWITCH took the phone for dead, and the call was cut more than once.
   */
  function expectWholeHistory({ resumed, count, history }: Told): void {
    expect(count).toBe(resumed!.times + 1);
    // It also knows when each thing was said.
    const times = resumed!.history.map(({ at }) => at ?? NaN);
    expect(times.every((at) => at > 0)).toBe(true);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(resumed!.history.map(({ at: _, ...entry }) => entry)).toEqual([...history!]);
    const [greeting, question, ...answers] = history!;
    expect(greeting).toEqual({
      role: "agent",
      text: "a000 a001 a002 a003 a004. a005 a006 a007 a008 a009.",
    });
    expect(question.text).toMatch(/^Question \d+-\d+\.$/);
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.every(({ role, interrupted }) => role === "agent" && interrupted)).toBe(true);
    const heard = answers.map(({ text }) => text).join(" ");
    const words = `${heard} ${resumed!.saying!.unheard}`.match(/b\d{3}/g);
    expect(words?.map((word) => Number(word.slice(1)))).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
  }

  test("go on in the next one, all twenty after a kill -9, with all that was said", async () => {
    scene ??= await SurvivalScene.start();
    await using one = await scene.phone();
    const callers = await conversations(one, 20);
    one.program.kill("SIGKILL");
    const killedAt = performance.now();
    await eventually(
      "music",
      () =>
        callers.every((caller) =>
          soundsOf(caller).some(({ at, is }) => at > killedAt && is === "music")
        ),
    );
    await using two = await scene.phone();
    await two.tells("answered", 20, BACK_MS);
    await eventually(
      "the agent",
      () =>
        callers.every((caller) =>
          soundsOf(caller).some(({ at, is }) => at > killedAt + 500 && is === "agent")
        ),
      BACK_MS,
    );
    expect(callers.flatMap(({ asked }) => asked)).toEqual([]);
    const sessions = two.told("answered");
    for (const told of sessions) expectWholeHistory(told);
    expect(new Set(sessions.map(({ call }) => call)).size).toBe(20);
    expect(new Set(sessions.map(({ history }) => history![1].text)).size).toBe(20);
    // What the history says that they have heard they have heard, to a word or two.
    const heardWords = sessions.map(({ resumed }) => resumed!.saying!.heard.split(" ").length);
    const agent = callers.map((caller) =>
      soundsOf(caller).filter(({ at, is }) => at < killedAt + 100 && is === "agent").length * 20
    );
    const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0);
    const heardMs = sum(agent) / 20 - 10 * WORD_MS;
    expect(Math.abs(sum(heardWords) / 20 * WORD_MS - heardMs)).toBeLessThan(3 * WORD_MS);
    expect((await stored()).filter(({ isLive }) => isLive).length).toBe(20);
    await over(two, callers);
    await two.program.stop();
    const last = await stored();
    expect(last.length).toBe(20);
    expect(last.filter(({ isLive, epoch }) => isLive || epoch < 2)).toEqual([]);
  }, 120_000);

  test("go on in a second one that waits for the port, when the first is told to end", async () => {
    scene ??= await SurvivalScene.start();
    await using one = await scene.phone();
    const callers = await conversations(one, 8);
    await using two = scene.launch();
    await two.tells("starting");
    await wait(1500);
    expect(two.told("ready")).toEqual([]);
    const toldAt = performance.now();
    expect(await one.program.stop()).toEqual({ code: 0, signal: null });
    await two.tells("answered", 8, BACK_MS);
    await eventually("the agent", () =>
      callers.every((caller) => {
        const sounds = soundsOf(caller).filter(({ at }) => at > toldAt);
        const music = sounds.findIndex(({ is }) => is === "music");
        return music !== -1 && sounds.slice(music).some(({ is }) => is === "agent");
      }), BACK_MS);
    expect(callers.flatMap(({ asked }) => asked)).toEqual([]);
    for (const told of two.told("answered")) expectWholeHistory(told);
    await over(two, callers);
    await two.program.stop();
  }, 120_000);

  test.each([["over the event socket", undefined], ["by its address alone", 0]])(
    "are not given to who only knows their names, as FreeSWITCH is known %s",
    async (_, events) => {
      scene ??= await SurvivalScene.start();
      await using one = await scene.phone(events);
      const [caller] = await conversations(one, 1);
      const [{ call: channel }] = one.told("answered");
      // While the call is live here...
      await using thief = await IndependentCaller.open(scene.freeswitch.phonePort, "7000", {
        "X-Sofia-Channel": channel,
      });
      expect((await thief.invite()).status).toBe(200);
      await one.tells("answered", 2);
      expect(one.told("answered")[1].history).toEqual([]);
      expect(one.told("session").map(({ event }) => event?.type)).toEqual(["disbelieved"]);
      expect(await thief.bye()).toBe(200);
      // ...and while it waits. Here both have the same address, so that only FreeSWITCH knows.
      one.program.kill("SIGKILL");
      await wait(200);
      await using two = await scene.phone(events);
      if (events === undefined) {
        await two.tells("linked");
        await using other = await IndependentCaller.open(scene.freeswitch.phonePort, "7000", {
          "X-Sofia-Channel": channel,
        });
        expect((await other.invite()).status).toBe(200);
        await eventually(
          "the thief",
          () => two.told("answered").some(({ call }) => call !== channel),
        );
        expect(two.told("answered").find(({ call }) => call !== channel)?.history).toEqual([]);
        expect(await other.bye()).toBe(200);
      }
      await eventually(
        "the caller",
        () => two.told("answered").some(({ call }) => call === channel),
        BACK_MS,
      );
      expectWholeHistory(two.told("answered").find(({ call }) => call === channel)!);
      await over(two, [caller]);
      await two.program.stop();
    },
    120_000,
  );
});
