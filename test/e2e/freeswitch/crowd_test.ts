import { afterAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasFreeSwitch } from "../../support/freeswitch.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { speech } from "../../support/speech.ts";
import { eventually, wait } from "../../support/wait.ts";
import { readWav, writeWav } from "../../support/wav_file.ts";
import { likeness } from "./likeness.ts";
import { PhoneBehind } from "./phone_behind.ts";

describe.skipIf(!hasFreeSwitch)("FreeSWITCH", () => {
  /** Started by the first test: what comes before all has less time than a busy machine takes. */
  let both: PhoneBehind;

  afterAll(async () => {
    await both?.[Symbol.asyncDispose]();
  });

  test("bridges twenty callers at once, each of whom hears itself and nobody else", async () => {
    both ??= await PhoneBehind.start();
    // The first call of all opens what is opened once.
    await (await both.call()).caller[Symbol.asyncDispose]();
    await both.freeswitch.hasChannels(0);
    const socketsBefore = both.sockets();
    const callers = await Promise.all(
      Array.from(
        { length: 20 },
        (_, index) => IndependentCaller.call(both.freeswitch.callersPort, String(7000 + index)),
      ),
    );
    try {
      await both.freeswitch.hasChannels(40);
      const words = callers.map((_, index) => speech(index * 0.4, 3));
      // As one caller alone may have to try again on a busy machine, so may these. A quarter of the
      // pieces, at their place, is what no other caller's words can give.
      let unheard = callers.map((_, index) => index);
      for (let tries = 0; tries < 3 && unheard.length > 0; tries++) {
        for (const index of unheard) callers[index].heard.clear();
        await Promise.all(unheard.map((index) => callers[index].voice.say(words[index])));
        await wait(400);
        unheard = unheard.filter((index) => {
          const { alike, levelDb } = likeness(words[index], callers[index].heard.sound());
          return !(alike > 0.25 && Math.abs(levelDb) < 1);
        });
      }
      expect(unheard).toEqual([]);
      expect(new Set(both.told().flatMap(({ to }) => to ?? [])).size).toBe(20);
      expect(await Promise.all(callers.map((caller) => caller.bye()))).toEqual(Array(20).fill(200));
      await both.freeswitch.hasChannels(0);
      const ended = (): number => both.told().filter(({ what }) => what === "ended").length;
      await eventually("the phone's ends", () => ended() === 21);
      await eventually("every socket is given back", () => both.sockets() <= socketsBefore, 20_000);
    } finally {
      await Promise.all(callers.map((caller) => caller[Symbol.asyncDispose]()));
    }
  }, 120_000);

  test("can be the caller itself: what it plays to the phone comes back", async () => {
    both ??= await PhoneBehind.start();
    const folder = await mkdtemp(join(tmpdir(), "sofia-phone-heard-"));
    try {
      const [said, heard] = [join(folder, "said.wav"), join(folder, "heard.wav")];
      writeWav(said, { sampleRate: 8000, samples: speech(0, 5) });
      const channel = crypto.randomUUID();
      const options = `{origination_uuid=${channel},RECORD_READ_ONLY=true}`;
      const command = `originate ${options}loopback/7000/callers &playback(${said})`;
      expect(await both.freeswitch.api(command)).toBe(`+OK ${channel}`);
      expect(await both.freeswitch.api(`uuid_record ${channel} start ${heard}`)).toContain("+OK");
      await both.freeswitch.hasChannels(0, 15_000);
      const { alike, levelDb } = likeness(speech(0, 5), readWav(heard).samples);
      expect(alike).toBeGreaterThan(0.25);
      expect(Math.abs(levelDb)).toBeLessThan(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 40_000);
});
