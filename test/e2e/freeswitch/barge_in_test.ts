import { afterAll, describe, expect, test } from "bun:test";
import { fromMuLaw } from "../../support/caller/mu_law.ts";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { eventually } from "../../support/wait.ts";
import { PhoneBehind } from "./phone_behind.ts";

const QUIET = new Int16Array(160);

describe.skipIf(!hasFreeSwitch)("a caller behind FreeSWITCH", () => {
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  test(
    "interrupts the agent, is understood and answered, and a cough changes nothing",
    async () => {
      both ??= await PhoneBehind.start({}, "PCMU", "talking_phone.ts");
      const { caller, here } = await both.call();
      await using _ = caller;
      const kinds = () => both.told(here.uuid).map(({ what }) => what);
      const quiet = async (ms: number) => {
        for (let i = 0; i < ms / 20; i++) await caller.voice.say(QUIET);
      };
      await quiet(1000);
      // 160 ms of a voice are no interruption.
      await caller.voice.say(speech(3.2, 0.16));
      await quiet(800);
      expect(kinds()).not.toContain("interrupt");
      await caller.voice.say(speech(5.38, 2));
      await eventually("the interruption", () => kinds().includes("interrupt"));
      const interrupt = both.told(here.uuid).find(({ what }) => what === "interrupt")?.event;
      if (interrupt?.type !== "interrupt") throw new Error("Cannot be");
      // 5 words a second, counted where it leaves; FreeSWITCH may hold a few packets on the way.
      const audible = caller.heard.arrivals.filter(({ payload }) =>
        payload.some((code) =>
          Math.abs(fromMuLaw(code)) > 300
        )
      ).length;
      const words = interrupt.heard.split(" ").length;
      expect(Math.abs(words - audible / 10)).toBeLessThanOrEqual(2);
      await quiet(1500);
      await eventually("the answer", () => kinds().includes("first-audio"));
      expect(await caller.bye()).toBe(200);
      await eventually("the end", () => kinds().at(-1) === "ended");
    },
    60_000,
  );
});
