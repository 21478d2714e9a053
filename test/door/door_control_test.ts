import { afterEach, describe, expect, test } from "bun:test";
import { tone } from "../../src/audio/mod.ts";
import { mock, type StreamBackend } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { browserCall } from "../../src/door/mod.ts";
import { PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import { type CalleeLeg, IndependentCallee } from "../support/caller/independent_callee.ts";
import { loudness } from "../support/loudness.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";
import { FarEnd, pcm, samplesOf } from "./socket_pair.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** Says nothing, and ends nothing. */
const mute: StreamBackend = () => ({
  readable: new ReadableStream(),
  writable: new WritableStream(),
});

/** A phone with a caller in a browser, and a human's telephone of other make. */
async function start(
  onCall?: (leg: CalleeLeg) => void,
  options: Partial<PhoneHandlerOptions> = {},
) {
  const callee = await IndependentCallee.open(onCall);
  const phone = new PhoneHandler({
    voiceBackend: mute,
    // Other tests on this machine are no reason to refuse a call of these.
    admission: false,
    sipPort: 0,
    ...SOUND_PORTS,
    trunks: [{ name: "desk", server: `sip:127.0.0.1:${callee.port}`, register: false }],
    ...options,
  });
  const answered = new Promise<Call>((resolve) =>
    void phone.on("answered", ({ call }) => resolve(call))
  );
  await phone.start();
  cleanUps.push(() => phone.stop(), () => callee[Symbol.asyncDispose]());
  const far = new FarEnd();
  void browserCall(phone, far.socket, { remoteAddress: "127.0.0.1" });
  far.say({ type: "hello", sampleRate: 16_000 });
  const call = await answered;
  return { phone, callee, far, call, human: `sip:human@127.0.0.1:${callee.port}` };
}

const VOICE = tone([440], 400, { sampleRate: 16_000, levelDb: -6 });

/** 20 ms of it. */
const PIECE = pcm(VOICE.subarray(VOICE.length / 2, VOICE.length / 2 + 320));

/** Both hear each other, and the hang-up of one ends both. */
async function theySpeak(far: FarEnd, leg: CalleeLeg): Promise<void> {
  // As long as it takes: what comes before the two are brought together, nobody hears.
  await eventually("the human hears the caller", () => {
    far.say(PIECE);
    return loudness(leg.heard.sound()) > 1000;
  });
  const before = loudness(samplesOf(far.heard));
  await leg.voice.say(tone([440], 400, { levelDb: -6 }));
  const after = () => loudness(samplesOf(far.heard));
  await eventually("the caller hears the human", () => after() > before + 2000);
}

describe("a caller by a door", () => {
  test.each([["an address"], ["a number of the trunk"], ["a tel: URI"]])(
    "is transferred to a human at %s, with whom it speaks through us",
    async (kind) => {
      const { far, callee, call, human } = await start();
      const targets: Record<string, string> = {
        "an address": human,
        "a number of the trunk": "1001",
        "a tel: URI": "tel:+49-30-123",
      };
      const transfer = call.transfer(targets[kind], { hear: "silence" });
      const leg = await callee.next();
      expect(await transfer).toEqual({ outcome: "completed" });
      if (kind === "a tel: URI") expect(leg.invite.header("To")[0]).toContain("sip:+4930123@");
      await theySpeak(far, leg);
      leg.hangUp();
      const end = await call.ended;
      expect([end.cause, end.transferredTo]).toEqual(["local", targets[kind]]);
      expect(far.told.at(-1)).toEqual({ type: "ended", reason: "local-hangup" });
    },
  );

  test("takes the human along when it hangs up first", async () => {
    const { phone, far, callee, call, human } = await start();
    const transfer = call.transfer(human, { hear: "silence" });
    const leg = await callee.next();
    await transfer;
    far.leave();
    await call.ended;
    expect(await leg.over).toBe("BYE");
    await eventually("all is over", () => phone.calls.length === 0);
  });

  test("is announced to the human first, who may not want it", async () => {
    const backend = mock({ msPerCharacter: 5 });
    const { far, callee, call, human } = await start(undefined, { voiceBackend: backend });
    const brief = { say: "A caller for you.", acceptKey: "1", declineKey: "2" };
    const transfer = call.transfer(human, { brief });
    const leg = await callee.next();
    await eventually("it is told", () => loudness(leg.heard.sound()) > 100);
    await leg.voice.press("2");
    expect(await transfer).toEqual({ outcome: "declined" });
    expect(call.state).toBe("live");
    expect(far.closed).toBe(undefined);
  });

  test("stays when the human is busy", async () => {
    const { call, human } = await start((leg) => void leg.refuse("486 Busy Here"));
    expect(await call.transfer(human)).toMatchObject({ outcome: "busy" });
    expect(call.state).toBe("live");
  });

  test("is bridged with a call by SIP, and has its bot again after it", async () => {
    const { phone, far, callee, call, human } = await start();
    const [other, leg] = await Promise.all([phone.call(human), callee.next()]);
    const bridged = call.bridge(other);
    await theySpeak(far, leg);
    leg.hangUp();
    await bridged;
    expect(call.state).toBe("live");
    expect((await call.say({ samples: VOICE, sampleRate: 16_000 })).outcome).toBe("played");
  });

  test("presses keys that a human hears, and hears the human's, while the two speak", async () => {
    const { phone, far, callee, call, human } = await start();
    const [other, leg] = await Promise.all([phone.call(human), callee.next()]);
    const keys = () => leg.heard.keys().map(({ digit }) => digit).join("");
    far.say({ type: "dtmf", digit: "1" });
    const bridged = call.bridge(other);
    await theySpeak(far, leg);
    for (const digit of "42#") far.say({ type: "dtmf", digit });
    await eventually("the caller's keys", () => keys() === "42#");
    await leg.voice.press("7");
    await eventually("the human's key", () => far.told.some(({ digit }) => digit === "7"));
    leg.hangUp();
    await bridged;
    far.say({ type: "dtmf", digit: "9" });
    await eventually("the last key", () => call.keys.count === 5);
    expect(keys()).toBe("42#");
  });

  test("is refused what only FreeSWITCH can do, in words", async () => {
    const { call, human } = await start();
    const failures: string[] = [];
    const asks = [
      () => call.park(),
      () => call.variable("x"),
      () => call.setVariable("x", "1"),
      () => call.transfer(human, { afterwards: "return" }),
      () => call.transfer("user/1001"),
      () => call.hold({ signalled: true }),
    ];
    for (const ask of asks) {
      failures.push(await ask().then(() => "", (error: Error) => error.message));
    }
    expect(failures).toEqual([
      "Cannot park the caller as that needs FreeSWITCH: current value is a call that came by browser",
      "Cannot read a variable of the caller's channel as that needs FreeSWITCH: " +
      "current value is a call that came by browser",
      "Cannot set a variable of the caller's channel as that needs FreeSWITCH: " +
      "current value is a call that came by browser",
      "Cannot transfer and have the caller return as only FreeSWITCH can bring it back",
      "Cannot transfer a call that came without FreeSWITCH as the target is a number or a SIP " +
      "address: current value is user/1001",
      "Cannot change the session as that takes a call by SIP: current value is browser",
    ]);
    expect(call.state).toBe("live");
  });

  test("is put on hold with music, and taken back", async () => {
    const { far, call } = await start();
    await call.hold({ music: { samples: VOICE, sampleRate: 16_000 } });
    expect(call.isOnHold).toBe(true);
    await eventually("music", () => loudness(samplesOf(far.heard)) > 3000);
    await call.unhold();
    expect(call.isOnHold).toBe(false);
  });
});
