import { describe, expect, test } from "bun:test";
import { concatSamples, rmsLevel } from "../../../src/audio/mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { PhoneProcess } from "../../support/phone_process.ts";
import { ROOT } from "../../support/source_files.ts";
import { speech } from "../../support/speech.ts";
import { RealtimeService } from "../../support/stand_ins/realtime_service.ts";
import { REALTIME_HZ } from "../../support/stand_ins/realtime_session.ts";
import { eventually } from "../../support/wait.ts";
import { audibleMs, lastAudibleMs, listen, pitchOf } from "./listening.ts";

const BACKEND = `${ROOT}examples/realtime.ts`;
const KEY = "sk-stand-in";

function phone(service: RealtimeService, key = KEY): Promise<PhoneProcess> {
  const env = { OPENAI_REALTIME_URL: service.url, OPENAI_API_KEY: key };
  return PhoneProcess.start({ backend: BACKEND, maxCalls: 2, env });
}

describe("realtime.ts", () => {
  test("greets, hands over what the caller says, and says what comes back", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [600, 1500] });
    await using bot = await phone(service);
    await using caller = await IndependentCaller.call(bot.port);
    const greeting = await listen(caller, 1200);
    expect(Math.abs(audibleMs(greeting) - 600)).toBeLessThan(60);
    const [session] = service.sessions;
    expect(session.taken).toEqual(["session.update", "response.create"]);
    expect(session.asked).toEqual(["Greet the caller and ask how you can help."]);

    await caller.voice.say(speech(3, 2));
    const answer = await listen(caller, 2500);
    expect(Math.abs(audibleMs(answer) - 1500)).toBeLessThan(100);
    expect(Math.abs(pitchOf(answer) - REALTIME_HZ)).toBeLessThan(20);
    const heard = concatSamples(session.heard);
    expect(Math.abs(heard.length / 8000 - 5.7)).toBeLessThan(0.7);
    // The line carries mu-law and so does the service: what was said arrives as it was.
    expect(Math.abs(loudestSecond(heard) - loudestSecond(speech(3, 2)))).toBeLessThan(0.5);
    expect(session.answers.map(({ truncatedMs }) => truncatedMs)).toEqual([undefined, undefined]);
    expect(session.errors).toEqual([]);
    expect(bot.program.stderr).not.toContain("Realtime:");

    expect(await caller.bye()).toBe(200);
    await eventually("the connection is closed", () => session.isOver);
    expect(service.sessions).toHaveLength(1);
  }, 40_000);

  test("stops when the caller speaks, and tells the service how much was heard", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [10_000, 400] });
    await using bot = await phone(service);
    await using caller = await IndependentCaller.call(bot.port);
    await listen(caller, 1500);
    caller.heard.clear();
    await caller.voice.say(speech(3, 2));
    const heard = caller.heard.sound();
    const stoppedMs = lastAudibleMs(heard);
    expect(stoppedMs).toBeLessThan(900);
    const [session] = service.sessions;
    const [greeting] = session.answers;
    expect(greeting.truncatedMs).toBeGreaterThan(1200);
    expect(Math.abs(greeting.truncatedMs! - (1500 + stoppedMs))).toBeLessThan(300);
    const answer = await listen(caller, 1500);
    expect(Math.abs(audibleMs(answer) - 400)).toBeLessThan(60);
    expect(session.answers[1].truncatedMs).toBe(undefined);
    expect(session.errors).toEqual([]);
  }, 40_000);

  test("connects again when the connection breaks, and the call goes on", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [3000] });
    await using bot = await phone(service);
    await using caller = await IndependentCaller.call(bot.port);
    await listen(caller, 1000);
    service.sessions[0].cut();
    await listen(caller, 1500);
    expect(service.sessions).toHaveLength(2);
    const [, session] = service.sessions;
    expect(session.asked).toEqual([
      "The line was bad for a moment. Say sorry and ask the caller to repeat.",
    ]);
    caller.heard.clear();
    await caller.voice.say(speech(3, 2));
    expect(lastAudibleMs(caller.heard.sound())).toBeLessThan(900);
    // What the first session was saying counts for nothing.
    expect(session.answers[0].truncatedMs).toBeGreaterThan(700);
    expect(session.answers[0].truncatedMs).toBeLessThan(2400);
    expect(audibleMs(await listen(caller, 1500))).toBeGreaterThan(500);
    expect(session.errors).toEqual([]);
    expect(caller.asked).toEqual([]);
  }, 40_000);

  test("ends the call when the service cannot be reached", async () => {
    await using service = await RealtimeService.start({ key: KEY, answersMs: [500] });
    await using bot = await phone(service, "sk-wrong");
    await using caller = await IndependentCaller.call(bot.port);
    await caller.hungUp;
    expect(service.refused).toEqual([401, 401, 401]);
    const why = "No connection to ws://127.0.0.1:";
    await eventually("it is told why", () => bot.program.stderr.includes(why));
  }, 40_000);
});

function loudestSecond(sound: Int16Array): number {
  let loudest = -Infinity;
  for (let at = 0; at + 8000 <= sound.length; at += 160) {
    loudest = Math.max(loudest, rmsLevel(sound.subarray(at, at + 8000)));
  }
  return loudest;
}
