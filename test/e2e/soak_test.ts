import { describe, expect, test } from "bun:test";
import process from "node:process";
import { lacks, lacksProc } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { runSipp, type SippReport } from "../support/sipp.ts";
import { eventually } from "../support/wait.ts";

const isSoak = process.env.SOFIA_PHONE_SOAK === "1";

/** With SOFIA_PHONE_SOAK=1 as many as it takes to tell a leak from the noise of the collector. */
const CALLS = isSoak ? 5000 : 300;

/**
 * What the process may grow by, in bytes, while they come and go. The heap finds its size within the
 * first thousand calls, so that only after them a bound can be close.
 */
const GROWTH = isSoak ? CALLS * 8192 : 150e6;

describe.skipIf(lacks("sipp") || lacksProc())(`${CALLS} short calls one after another`, () => {
  test("leave no socket and no memory behind", async () => {
    await using phone = await PhoneProcess.start({ maxCalls: 100, rtpPorts: 4000 });
    const socketsBefore = phone.sockets();
    const call = (calls: number): Promise<SippReport> => {
      const pace = { atOnce: 20, rate: 60, pauseMs: 100, timeoutMs: 300_000 };
      return runSipp({ scenario: "uac", port: phone.port, calls, ...pace });
    };
    expect(await call(CALLS / 2)).toMatchObject({ successful: CALLS / 2, failed: 0 });
    const memoryBefore = phone.memory();
    const report = await call(CALLS);
    expect(report).toMatchObject({ successful: CALLS, failed: 0 });
    // An answer takes longer than half a second only when the machine stalls.
    expect(report.retransmissions).toBeLessThan(CALLS / 100);
    await eventually("every socket is given back", () => phone.sockets() <= socketsBefore, 20_000);
    expect(phone.memory() - memoryBefore).toBeLessThan(GROWTH);
    expect((await phone.stop()).code).toBe(0);
  }, 400_000);
});
