import { describe, expect, test } from "bun:test";
import process from "node:process";
import { lacks, lacksProc } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { runSipp } from "../support/sipp.ts";
import { eventually } from "../support/wait.ts";

/** With SOFIA_PHONE_SOAK=1 as many as it takes to see a leak of a kilobyte per call. */
const CALLS = process.env.SOFIA_PHONE_SOAK === "1" ? 5000 : 300;

/** What a call may leave behind, in bytes: under the noise of the collector. */
const PER_CALL = CALLS === 5000 ? 4096 : 65_536;

describe.skipIf(lacks("sipp") || lacksProc())(`${CALLS} short calls one after another`, () => {
  test("leave no socket and no memory behind", async () => {
    await using phone = await PhoneProcess.start({ maxCalls: 100, rtpPorts: 4000 });
    const socketsBefore = phone.sockets();
    const calls = (count: number): ReturnType<typeof runSipp> =>
      runSipp({
        scenario: "uac",
        port: phone.port,
        calls: count,
        atOnce: 20,
        rate: 60,
        pauseMs: 100,
        timeoutMs: 300_000,
      });
    // The first ones warm up what is made once: compiled code, pools, the heap's own size.
    expect(await calls(CALLS / 2)).toMatchObject({ successful: CALLS / 2, failed: 0 });
    const memoryBefore = phone.memory();
    expect(await calls(CALLS)).toMatchObject({ successful: CALLS, failed: 0, retransmissions: 0 });
    await eventually("every socket is given back", () => phone.sockets() <= socketsBefore, 20_000);
    expect((phone.memory() - memoryBefore) / CALLS).toBeLessThan(PER_CALL);
    expect((await phone.stop()).code).toBe(0);
  }, 400_000);
});
