import { describe, expect, test } from "bun:test";
import { attempts } from "../support/attempts.ts";
import type { Heard } from "../support/caller/heard.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { fromMuLaw } from "../support/caller/mu_law.ts";
import { lacks, lacksProc } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { runSipp } from "../support/sipp.ts";
import { matchSound } from "../support/sound_match.ts";
import { story, STORY_MS } from "../support/troubled_backend.ts";
import { eventually, wait } from "../support/wait.ts";

const TROUBLED = new URL("../support/troubled_backend.ts", import.meta.url).pathname;
/** Ports rest between two calls, so a moment after the last BYE some are still held. */
const REST_MS = 20_000;

describe.skipIf(lacks("sipp") || lacksProc())("a backend that fails, hangs and throws", () => {
  test("in 50 calls does not disturb 10 others, nor the process", async () => {
    await using phone = await PhoneProcess.start({ backend: TROUBLED });
    const crowd = () =>
      runSipp({ scenario: "uac_pcap", port: phone.port, calls: 50, rate: 25, timeoutMs: 90_000 });
    const socketsBefore = phone.sockets();
    // The first crowd gives the heap its size.
    await crowd();
    const memoryBefore = phone.memory();
    await attempts(async () => {
      const crowded = crowd();
      await wait(2500);
      const reports = await Promise.all(Array.from({ length: 10 }, () => listen(phone.port)));
      for (const heard of reports) {
        // Packet by packet: where the machine was late by one, it is only later from there.
        const sound = Int16Array.from(
          heard.arrivals.flatMap(({ payload }) => [...payload]),
          fromMuLaw,
        );
        const match = matchSound(story(), sound);
        expect(heard.report()).toMatchObject({ lost: 0, disordered: 0, sourceChanges: 0 });
        expect(match.covered).toBe(1);
        expect(match.correlation).toBeGreaterThan(0.99);
      }
      // Whom it could not answer three times it may leave; no call is lost in another way.
      const { successful, failed } = await crowded;
      expect(successful + failed).toBe(50);
    });
    await eventually("every socket is given back", () => phone.sockets() <= socketsBefore, REST_MS);
    expect(phone.memory() - memoryBefore).toBeLessThan(100e6);
    expect((await phone.stop()).code).toBe(0);
  }, 200_000);
});

/** Calls for as long as the story lasts, and tells what came. */
async function listen(port: number): Promise<Heard> {
  await using caller = await IndependentCaller.call(port, "good");
  await wait(STORY_MS + 1000);
  return caller.heard;
}
