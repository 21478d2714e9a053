import { afterAll, describe, expect, test } from "bun:test";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { bindUdp, closeUdp } from "../../support/free_ports.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { hearsItself } from "./likeness.ts";
import { PhoneBehind } from "./phone_behind.ts";

/** Twice as long as FreeSWITCH waits for a packet. */
const LONG_MS = 2000;

/** The longest time, in ms, in which no packet came to a caller. */
function longestGap(caller: IndependentCaller): number {
  return caller.heard.report().longestGapMs;
}

describe.skipIf(!hasFreeSwitch)("a caller of FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  test("who says nothing, and sends nothing, is not taken for gone, nor is the phone", async () => {
    both ??= await PhoneBehind.start();
    const { caller, here } = await both.call();
    await using _ = caller;
    await caller.voice.say(speech(0, 0.5));
    await wait(2 * LONG_MS);
    expect(await both.freeswitch.channels()).toBe(2);
    expect(both.told(here.uuid).map(({ what }) => what)).toEqual(["answered"]);
    const { alike, least } = await hearsItself(caller, speech(2, 3));
    expect(alike).toBeGreaterThan(least);
    expect(await caller.bye()).toBe(200);
    await both.freeswitch.hasChannels(0);
  }, 60_000);

  test.each([["at once", false], ["also after a hold", true]])(
    "stays when the phone is killed in mid-call, and gets the fallback %s",
    async (_, held) => {
      both ??= await PhoneBehind.start();
      const { caller, here, there } = await both.call();
      await using __ = caller;
      await caller.voice.say(speech(0, 1));
      if (held) {
        await both.freeswitch.api(`uuid_hold ${there.uuid}`);
        await wait(500);
        await both.freeswitch.api(`uuid_hold off ${there.uuid}`);
        await caller.voice.say(speech(0, 1));
      }
      caller.heard.clear();
      both.phone.kill("SIGKILL");
      const killedAt = performance.now();
      // The caller talks on, as callers do.
      void caller.voice.say(new Int16Array(8000 * 20)).catch(() => {});
      await eventually("music", () => caller.heard.arrivals.length > 30);
      expect(await both.freeswitch.variable(here.uuid, "sofia_phone_state")).toBe("waiting");
      await both.isInFallback(here.uuid);
      expect(caller.asked).toEqual([]);
      expect(longestGap(caller)).toBeLessThan(2500);
      expect(await both.freeswitch.channels()).toBe(1);
      await caller.hungUp;
      expect(performance.now() - killedAt).toBeLessThan(10_000);
      expect(await both.freeswitch.log()).toContain("MEDIA_TIMEOUT");
      await both.freeswitch.hasChannels(0);
      await both.startPhone();
      const { caller: next } = await both.call();
      expect(await next.bye()).toBe(200);
      await next.close();
    },
    60_000,
  );

  test(
    "gets the fallback in seconds when the phone's port is taken by something mute",
    async () => {
      await both.phone.stop();
      const mute = await bindUdp(both.freeswitch.phonePort);
      try {
        const began = performance.now();
        await using caller = await IndependentCaller.call(both.freeswitch.callersPort, "7000");
        const elapsed = performance.now() - began;
        expect(elapsed).toBeGreaterThan(2500);
        expect(elapsed).toBeLessThan(5000);
        await caller.hungUp;
        expect(caller.heard.report().packets).toBeGreaterThan(100);
        await both.freeswitch.hasChannels(0);
      } finally {
        await closeUdp(mute);
        await both.startPhone();
      }
    },
    60_000,
  );
});
