import { describe, expect, test } from "bun:test";
import { tone } from "../../src/audio/mod.ts";
import { loopback } from "../../src/backend/mod.ts";
import { PhoneHandler } from "../../src/phone/mod.ts";
import { attempts } from "../support/attempts.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { lacks } from "../support/needs.ts";
import { runSipp } from "../support/sipp.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { wait } from "../support/wait.ts";

/** A source that means harm, on the same machine. */
const ATTACKER = "127.0.0.66";
const CALLS = 900;

describe.skipIf(lacks("sipp"))("300 calls a second from one source", () => {
  test("do not disturb a call from another, nor keep new ones out", async () => {
    await attempts(async () => {
      const phone = new PhoneHandler({
        admission: false,
        voiceBackend: loopback(),
        ...SOUND_PORTS,
        sipPort: 0,
        detector: "fvad",
        limits: { callsPerSecondPerSource: 2, callsPerSource: 3 },
      });
      const { port } = await phone.start();
      try {
        await using good = await IndependentCaller.call(port);
        const flood = runSipp({
          ...{ scenario: "uac", port, from: ATTACKER, calls: CALLS, rate: 300 },
          ...{ pauseMs: 60_000, timeoutMs: 5000 },
        });
        await wait(500);
        good.heard.clear();
        await good.voice.say(tone([440], 2000));
        const { lost, disordered, timestampBreaks, longestGapMs } = good.heard.report();
        const setUpAt = performance.now();
        await using other = await IndependentCaller.call(port);
        const setUpMs = performance.now() - setUpAt;
        expect({ lost, disordered, timestampBreaks }).toEqual({
          ...{ lost: 0, disordered: 0, timestampBreaks: 0 },
        });
        expect(longestGapMs).toBeLessThan(60);
        expect(setUpMs).toBeLessThan(300);
        expect(other.media.port).toBeGreaterThan(0);
        const before = phone.counters;
        await flood;
        const { refusals, counters: { offered, answered, refused } } = phone;
        expect(before.answered).toBeLessThanOrEqual(2 + 3);
        expect(offered).toBeGreaterThanOrEqual(CALLS);
        expect(answered).toBeLessThanOrEqual(2 + 3);
        expect(refused).toBe(refusals["source-rate"] + refusals["source-calls"]);
        expect(refusals["source-rate"]).toBeGreaterThan(CALLS * 0.9);
      } finally {
        await phone.stop();
      }
    });
  }, 120_000);
});
