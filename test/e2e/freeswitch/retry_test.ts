import { afterAll, describe, expect, test } from "bun:test";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { hearsItself } from "./likeness.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("a caller of FreeSWITCH to whom the phone is lost", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  test("hears music until a new one goes on with the call, under the same UUID", async () => {
    both ??= await PhoneBehind.start({ sofia_phone_patience: 20 });
    const { caller, here } = await both.call();
    await using _ = caller;
    await caller.voice.say(speech(0, 1));
    both.phone.kill("SIGKILL");
    caller.heard.clear();
    void caller.voice.say(new Int16Array(8000 * 20)).catch(() => {});
    await eventually("music", () => caller.heard.sound().some((sample) => sample > 500));
    await both.startPhone();
    await eventually("the call is there again", () => both.told(here.uuid).length > 0);
    expect(both.told(here.uuid)[0]).toEqual({
      what: "answered",
      call: here.uuid,
      from: { user: "caller", name: "Independent" },
      to: "7000",
    });
    expect(await both.freeswitch.variable(here.uuid, "sofia_phone_state")).toBe("calling");
    expect(caller.heard.report().longestGapMs).toBeLessThan(2000);
    expect(caller.asked).toEqual([]);
    expect(await caller.bye()).toBe(200);
    await both.freeswitch.hasChannels(0);
  }, 60_000);

  test("hears it also before the first word, and has both directions afterwards", async () => {
    both ??= await PhoneBehind.start();
    await both.phone.stop();
    await both.freeswitch.configure({ sofia_phone_patience_new: 20 });
    await using caller = await IndependentCaller.call(both.freeswitch.callersPort, "7000");
    await eventually("music", () => caller.heard.sound().some((sample) => sample > 500));
    await both.startPhone();
    await eventually("the call is there", () => both.told().length > 1);
    const { alike, least } = await hearsItself(caller, speech(2, 3));
    expect(alike).toBeGreaterThan(least);
    expect(await caller.bye()).toBe(200);
    await both.freeswitch.hasChannels(0);
  }, 60_000);

  test("goes to a person, and is hung up when the person does that", async () => {
    both ??= await PhoneBehind.start();
    await both.phone.stop();
    // The echo stands for a person; who was put through hears himself.
    await both.freeswitch.configure({
      sofia_phone_patience_new: 1,
      sofia_phone_person: "loopback/9196/callers",
    });
    await using caller = await IndependentCaller.call(both.freeswitch.callersPort, "7000");
    // FreeSWITCH writes its list of channels down a moment after they are there.
    const isIn = async (name: string) => (await both.legs()).find((leg) => leg.name.includes(name));
    while (await isIn("loopback/") === undefined) await wait(20);
    const { alike, least } = await hearsItself(caller, speech(2, 3));
    expect(alike).toBeGreaterThan(least);
    await both.freeswitch.api(`uuid_kill ${(await isIn("loopback/"))?.uuid}`);
    await caller.hungUp;
    await both.freeswitch.hasChannels(0);
  }, 60_000);

  test("gets the tones when there is no such person", async () => {
    both ??= await PhoneBehind.start();
    await both.phone.stop();
    await both.freeswitch.configure({
      sofia_phone_patience_new: 1,
      sofia_phone_person: "loopback/nobody/callers",
    });
    await using caller = await IndependentCaller.call(both.freeswitch.callersPort, "7000");
    await caller.hungUp;
    expect(await both.freeswitch.log()).toContain("playback(tone_stream://%(330,15,950)");
    await both.freeswitch.hasChannels(0);
  }, 60_000);
});
