import { afterAll, describe, expect, test } from "bun:test";
import { rmsLevel, tone } from "../../../src/audio/mod.ts";
import { type Call, loopback, PhoneHandler } from "../../../mod.ts";
import { IndependentCaller } from "../../support/caller/independent_caller.ts";
import { claimPorts, type PortRange } from "../../support/free_ports.ts";
import { FreeSwitch, hasFreeSwitch } from "../../support/freeswitch.ts";
import { speech } from "../../support/speech.ts";
import { toneShare } from "../../support/tone_share.ts";
import { eventually, wait } from "../../support/wait.ts";

const MUSIC = { samples: tone([950], 1000, { levelDb: -15 }), sampleRate: 8000 };

describe.skipIf(!hasFreeSwitch)("a caller behind FreeSWITCH that we put on hold", () => {
  const resources: AsyncDisposable[] = [];

  afterAll(async () => {
    for (const one of resources.reverse()) await one[Symbol.asyncDispose]();
  });

  test(
    "hears our music as it is not told, and the bot after it; told, it would hear nothing of it",
    async () => {
      const freeswitch = await FreeSwitch.start();
      resources.push(freeswitch);
      const rtp: PortRange = await claimPorts(20);
      resources.push(rtp);
      const phone = new PhoneHandler({
        admission: false,
        voiceBackend: loopback(),
        sipPort: freeswitch.phonePort,
        rtpStartPort: rtp.start,
        rtpEndPort: rtp.end,
        codecs: ["PCMU"],
      });
      const calls: Call[] = [];
      phone.on("answered", ({ call }) => void calls.push(call));
      await phone.start();
      resources.push({ [Symbol.asyncDispose]: () => phone.stop() });
      await using caller = await IndependentCaller.call(freeswitch.callersPort, "7000");
      await caller.voice.say(speech(0, 1));
      await eventually("the call", () => calls.length > 0);

      await calls[0].hold({ music: MUSIC });
      await wait(800);
      expect(toneShare(caller.heard.sound().slice(-4000), 950)).toBeGreaterThan(0.7);
      await calls[0].unhold();
      await caller.voice.say(speech(1, 1));
      expect(toneShare(caller.heard.sound().slice(-4000), 950)).toBeLessThan(0.3);
      expect(rmsLevel(caller.heard.sound().slice(-4000))).toBeGreaterThan(-45);

      // FreeSWITCH keeps the sound of a leg that holds from the caller: it plays `hold_music`, or nothing.
      await calls[0].hold({ music: MUSIC, signalled: true });
      await wait(300);
      const from = caller.heard.arrivals.length;
      await wait(800);
      const heard = caller.heard.arrivals.length - from;
      const last = caller.heard.sound().slice(-160 * Math.max(1, heard));
      expect(heard === 0 || toneShare(last, 950) < 0.3).toBe(true);
      await calls[0].unhold();
      await caller.voice.say(speech(1, 1));
      expect(rmsLevel(caller.heard.sound().slice(-4000))).toBeGreaterThan(-45);
      expect(await caller.bye()).toBe(200);
    },
    40_000,
  );
});
