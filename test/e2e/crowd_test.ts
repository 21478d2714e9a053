import { describe, expect, test } from "bun:test";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { lacks, lacksProc } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { runSipp } from "../support/sipp.ts";
import { speech } from "../support/speech.ts";
import { matchSpeech } from "../support/speech_match.ts";
import { eventually, wait } from "../support/wait.ts";

/** Ports rest between two calls, so a moment after the last BYE some are still held. */
const REST_MS = 20_000;

describe.skipIf(lacks("sipp") || lacksProc())("a crowd", () => {
  test("of 50 does not disturb one more caller", async () => {
    await using phone = await PhoneProcess.start();
    const crowd = runSipp({
      scenario: "uac",
      port: phone.port,
      calls: 50,
      rate: 100,
      pauseMs: 12_000,
    });
    await wait(1500);
    await attempts(async () => {
      await using caller = await IndependentCaller.call(phone.port);
      await caller.voice.say(speech(3, 2));
      await wait(200);
      const match = matchSpeech(speech(3, 2), caller.heard.sound());
      expect(match.correlation).toBeGreaterThan(0.95);
      expect(caller.heard.report()).toMatchObject({ lost: 0, disordered: 0 });
      expect(await caller.bye()).toBe(200);
    });
    expect(await crowd).toMatchObject({ exitCode: 0, successful: 50, failed: 0, errors: "" });
  }, 60_000);

  test("of 300 is answered to the last, and leaves nothing behind", async () => {
    await using phone = await PhoneProcess.start({ maxCalls: 300 });
    const socketsBefore = phone.sockets();
    const crowd = runSipp({
      scenario: "uac",
      port: phone.port,
      calls: 300,
      rate: 100,
      pauseMs: 8000,
    });
    await wait(5000);
    await using late = await IndependentCaller.open(phone.port);
    expect((await late.invite()).status).toBe(486);
    expect(await crowd).toMatchObject({ exitCode: 0, successful: 300, failed: 0 });
    await eventually(
      "every socket is given back",
      () => phone.sockets() <= socketsBefore,
      REST_MS,
    );
    expect((await phone.stop()).code).toBe(0);
  }, 60_000);
});
