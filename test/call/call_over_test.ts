/** A caller may hang up at any moment, and an application is in the midst of something then. */
import { describe, expect, test } from "bun:test";
import { mock } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { sleep } from "../../src/clock/mod.ts";
import { doorScene } from "../telemetry/door_scene.ts";

const SOUND = { samples: new Int16Array(800), sampleRate: 8000 };

describe("a call", () => {
  test("that is over has the outcome `ended` for all that has one, and is no error", async () => {
    const { phone, clock, call } = await doorScene({ voiceBackend: mock() });
    const { call: one, leg } = call();
    await clock.advance(50);
    leg.gone("remote");
    const asked: ((call: Call) => Promise<unknown>)[] = [
      (call) => call.say("Hello."),
      (call) => call.playFile(SOUND),
      (call) => call.playFile("/no/such/file.wav"),
      (call) => call.collectDigits({ max: 4 }),
      (call) => call.runMenu({ prompt: "Press one.", options: [{ key: "1", next: "hang-up" }] }),
      (call) => call.transfer("1001"),
    ];
    for (const ask of asked) expect(await ask(one!)).toMatchObject({ outcome: "ended" });
    expect(await one!.confirm({ prompt: "Yes?" })).toBe(undefined);
    expect(await one!.playEarly(SOUND)).toBe(false);
    // What can never work is an error of whoever asks.
    await expect(one!.transfer("a b")).rejects.toThrow("Cannot transfer as the target");
    await clock.runUntil(phone.stop());
  });

  test("that its caller has given up is not decided on", async () => {
    let asked = 0;
    const { phone, clock, call } = await doorScene({
      voiceBackend: mock(),
      onCall: () => void asked++,
    });
    const off = phone.on("arrived", ({ call }) => void call.hangup());
    call();
    await clock.advance(50);
    off();
    expect(asked).toBe(0);
    call();
    await clock.advance(50);
    expect(asked).toBe(1);
    await clock.runUntil(phone.stop());
  });

  test("is bridged with another, and once at a time", async () => {
    const { phone, clock, call } = await doorScene({ voiceBackend: mock() });
    const [one, two, three] = [call(), call(), call()];
    await clock.advance(50);
    await expect(one.call!.bridge(one.call!)).rejects.toThrow("takes two: both are one");
    const bridged = one.call!.bridge(two.call!);
    await clock.advance(50);
    const rule = "once at a time: current value is bridge two calls";
    await expect(three.call!.bridge(one.call!)).rejects.toThrow(rule);
    await expect(two.call!.transfer("1001")).rejects.toThrow(rule);
    one.leg.gone("remote");
    await clock.runUntil(bridged);
    expect((await clock.runUntil(two.call!.say("Here again."))).outcome).toBe("played");
    await clock.runUntil(phone.stop());
  });

  test("cuts its bot short, who forgets what it was about to say", async () => {
    const greeting = "One two three four five six seven eight nine ten.";
    const { phone, clock, call } = await doorScene({ voiceBackend: mock({ greeting }) });
    const { call: one, heard } = call();
    await clock.advance(1500);
    expect(heard.some(({ isLoud }) => isLoud)).toBe(true);
    one!.takeFloor({ cut: true }).release();
    await clock.advance(40);
    heard.length = 0;
    await clock.advance(5000);
    expect(heard.filter(({ isLoud }) => isLoud)).toEqual([]);
    const [{ text }] = one!.history;
    expect(greeting.startsWith(text) && text.length < greeting.length).toBe(true);
    await clock.runUntil(phone.stop());
  });

  test.each([0, -1, 1.5, NaN, Infinity].map((tries) => [tries] as const))(
    "asks nobody %d times",
    async (tries) => {
      const { phone, clock, call } = await doorScene({ voiceBackend: mock() });
      const { call: one } = call();
      await clock.advance(50);
      const rule = `Cannot ask as tries is a whole number from 1: current value is ${tries}`;
      await expect(one!.collectDigits({ tries })).rejects.toThrow(rule);
      await expect(one!.confirm({ prompt: "Yes?", tries })).rejects.toThrow(rule);
      // The floor is free again.
      one!.takeFloor().release();
      await clock.runUntil(phone.stop());
    },
  );

  test.each([["busy"], ["User busy"], ["BOGUS"], [""]])(
    "is not hung up on for %j, which says nothing to anybody",
    async (reason) => {
      const { phone, clock, call } = await doorScene({ voiceBackend: mock() });
      const { call: one } = call();
      await clock.advance(50);
      const rule = `a name of FreeSWITCH's: current value is ${reason}`;
      await expect(one!.hangup(reason)).rejects.toThrow(rule);
      expect(one!.state).toBe("live");
      await clock.runUntil(one!.hangup('Q.850 ;cause=17;text="User busy"'));
      await clock.runUntil(phone.stop());
    },
  );

  test("is hung up on as often as one wants", async () => {
    const { phone, clock, call } = await doorScene({ voiceBackend: mock() });
    const { call: one } = call();
    await clock.advance(50);
    await clock.runUntil(Promise.all([one!.hangup("USER_BUSY"), one!.hangup(), one!.hangup()]));
    await clock.runUntil(one!.hangup("NORMAL_CLEARING"));
    expect((await one!.ended).cause).toBe("local");
    await clock.runUntil(phone.stop());
  });

  test("gives an application that plays before the answer its word, and no error", async () => {
    const played: boolean[] = [];
    const { phone, clock, call } = await doorScene({
      voiceBackend: mock(),
      onCall: async (call) => {
        await sleep(clock, 100);
        played.push(await call.startEarlyMedia(), await call.playEarly(SOUND));
      },
    });
    const errors: unknown[] = [];
    phone.on("error", ({ error }) => void errors.push(error));
    const { leg } = call();
    await clock.advance(50);
    leg.gone("remote");
    await clock.advance(100);
    expect([played, errors]).toEqual([[false, false], []]);
    await clock.runUntil(phone.stop());
  });
});
