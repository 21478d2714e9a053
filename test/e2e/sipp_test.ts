import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { lacks, lacksRawSockets } from "../support/needs.ts";
import { PhoneProcess } from "../support/phone_process.ts";
import { runSipp } from "../support/sipp.ts";

const skip = lacks("sipp");

describe.skipIf(skip)("sipp", () => {
  let phones: Record<string, PhoneProcess>;

  beforeAll(async () => {
    const [loopback, echo] = await Promise.all([
      PhoneProcess.start({ backend: "loopback" }),
      PhoneProcess.start({ backend: "echo" }),
    ]);
    phones = { loopback, echo };
  });

  afterAll(async () => {
    for (const phone of Object.values(phones)) await phone[Symbol.asyncDispose]();
  });

  test.each(
    [["udp", "loopback"], ["tcp", "loopback"], ["udp", "echo"], ["tcp", "echo"]] as const,
  )("has 30 calls by its own script answered and ended, over %s, by %s", async (
    transport,
    backend,
  ) => {
    const port = phones[backend].port;
    const report = await runSipp({
      scenario: "uac",
      port,
      transport,
      calls: 30,
      rate: 30,
      pauseMs: 500,
    });
    expect(report).toEqual({
      exitCode: 0,
      successful: 30,
      failed: 0,
      retransmissions: 0,
      peak: report.peak,
      errors: "",
    });
    expect(report.peak).toBeGreaterThan(5);
  }, 30_000);

  test.skipIf(skip || lacksRawSockets())(
    "plays its recording and its digit into each backend over UDP and TCP",
    async () => {
      const runs = (["udp", "tcp"] as const).flatMap((transport) =>
        Object.values(phones).map(({ port }) =>
          runSipp({ scenario: "uac_pcap", port, transport, calls: 2 })
        )
      );
      for (const report of await Promise.all(runs)) {
        expect(report).toMatchObject({ exitCode: 0, successful: 2, failed: 0, errors: "" });
      }
    },
    40_000,
  );
});
