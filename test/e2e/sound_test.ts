import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { SeededRandom } from "../../src/clock/mod.ts";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import type { Fate } from "../support/caller/rtp_voice.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { speech } from "../support/speech.ts";
import { matchSpeech } from "../support/speech_match.ts";
import { wait } from "../support/wait.ts";

describe("the sound of a call", () => {
  let phone: PhoneProcess;
  let echo: PhoneProcess;

  beforeAll(async () => {
    [phone, echo] = await Promise.all([
      PhoneProcess.start({ backend: "loopback" }),
      PhoneProcess.start({ backend: "echo" }),
    ]);
  });

  afterAll(async () => {
    await phone[Symbol.asyncDispose]();
    await echo[Symbol.asyncDispose]();
  });

  test("comes back the same, as loud, in one unbroken line", () =>
    attempts(async () => {
      await using caller = await IndependentCaller.call(phone.port);
      await caller.voice.say(speech(3, 4));
      await wait(200);
      const match = matchSpeech(speech(3, 4), caller.heard.sound());
      expect(match.correlation).toBeGreaterThan(0.95);
      expect(Math.abs(match.levelDb)).toBeLessThan(1);
      expect(match.covered).toBeGreaterThan(0.98);
      expect(match.slips).toBeLessThan(4);
      const report = caller.heard.report();
      expect(report).toMatchObject({ lost: 0, disordered: 0, sourceChanges: 0 });
      expect(report.timestampBreaks).toBeLessThan(3);
      expect(report.packets).toBeGreaterThan(190);
    }), 60_000);

  test("is whole when packets come twice or after the next one", () =>
    attempts(async () => {
      await using caller = await IndependentCaller.call(phone.port);
      const fates: Fate[] = ["arrives", "twice", "arrives", "late", "arrives"];
      await caller.voice.say(speech(3, 4), (index) => fates[index % fates.length]);
      await wait(200);
      expect(matchSpeech(speech(3, 4), caller.heard.sound()).correlation).toBeGreaterThan(0.95);
    }), 60_000);

  test(
    "is still speech when every fifth packet is lost, and the line back has no hole",
    () =>
      attempts(async () => {
        await using caller = await IndependentCaller.call(phone.port);
        const random = new SeededRandom(20);
        await caller.voice.say(speech(3, 4), () => random.uint32() % 5 === 0 ? "lost" : "arrives");
        await wait(200);
        const match = matchSpeech(speech(3, 4), caller.heard.sound());
        // What is made up has the right sound but not the right phase: with nothing at all of the lost
        // fifth in it this would be 0.8, and a slip takes some more. Silence in its place would take
        // 0.97 dB away.
        expect(match.correlation).toBeGreaterThan(0.75);
        expect(match.levelDb).toBeGreaterThan(-0.8);
        expect(match.levelDb).toBeLessThan(1);
        expect(caller.heard.report()).toMatchObject({ lost: 0, disordered: 0 });
      }),
    60_000,
  );

  test("goes on after the caller sent nothing for a second", () =>
    attempts(async () => {
      await using caller = await IndependentCaller.call(phone.port);
      await caller.voice.say(speech(3, 1));
      await wait(1000);
      const before = caller.heard.report().packets;
      expect(before).toBeGreaterThan(80);
      caller.heard.clear();
      await caller.voice.say(speech(6, 2));
      await wait(200);
      expect(matchSpeech(speech(6, 2), caller.heard.sound()).correlation).toBeGreaterThan(0.95);
    }), 60_000);

  test(
    "stops while on hold and is back after it, without what was said meanwhile",
    () =>
      attempts(async () => {
        await using caller = await IndependentCaller.call(phone.port);
        for (
          const [asked, answered] of [["sendonly", "recvonly"], ["inactive", "inactive"]] as const
        ) {
          await caller.voice.say(speech(3, 0.5));
          expect((await caller.invite(asked)).status).toBe(200);
          expect(caller.media.direction).toBe(answered);
          await wait(100);
          caller.heard.clear();
          // Music on hold, which must neither come back now nor later, nor make what follows late.
          await caller.voice.say(speech(0, 1));
          expect(caller.heard.report().packets).toBe(0);
          expect((await caller.invite("sendrecv")).status).toBe(200);
          // The first half second may be spent on finding back into the rhythm.
          await caller.voice.say(speech(5.5, 2.5));
          await wait(200);
          const match = matchSpeech(speech(6, 2), caller.heard.sound());
          // Leaves room for a slip of a busy machine; what was said on hold would bring it below 0.7.
          expect(match.correlation).toBeGreaterThan(0.85);
          expect(match.covered).toBeGreaterThan(0.95);
        }
      }),
    90_000,
  );

  test("from echo is a greeting, and then the caller's own last words", () =>
    attempts(async () => {
      await using caller = await IndependentCaller.call(echo.port);
      await caller.voice.say(new Int16Array(8000 * 1.5));
      const greeting = caller.heard.sound();
      expect(greeting.some((sample) => Math.abs(sample) > 1000)).toBe(true);
      const words = speech(0, 2);
      await caller.voice.say(words);
      caller.heard.clear();
      await caller.voice.say(new Int16Array(8000 * 4));
      const match = matchSpeech(words, caller.heard.sound());
      expect(match.correlation).toBeGreaterThan(0.9);
      expect(Math.abs(match.levelDb)).toBeLessThan(1);
      expect(match.covered).toBeGreaterThan(0.95);
    }), 90_000);
});
