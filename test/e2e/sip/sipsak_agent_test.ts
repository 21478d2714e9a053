import { describe, expect, test } from "bun:test";
import { SipUserAgent } from "../../../src/sip/mod.ts";
import { lacks } from "../../support/needs.ts";
import { Program } from "../../support/program.ts";

describe.skipIf(lacks("sipsak"))("a user agent and sipsak", () => {
  async function phone(): Promise<SipUserAgent> {
    const agent = new SipUserAgent({ port: 0, onInvite: (call) => void call.ring() });
    await agent.start();
    return agent;
  }

  test("answers OPTIONS over UDP and TCP", async () => {
    const agent = await phone();
    const uri = `sip:agent@127.0.0.1:${agent.local.port}`;
    for (const flags of [[], ["-E", "tcp"]]) {
      await using program = new Program("sipsak", [...flags, "-vv", "-s", uri]);
      expect(await program.ended).toMatchObject({ code: 0 });
    }
    expect(agent.counters).toMatchObject({ received: 2, sent: 2, faults: {} });
    await agent.stop();
  }, 30_000);

  test("stays on its feet in a flood, and answers after it", async () => {
    const agent = await phone();
    const uri = `sip:agent@127.0.0.1:${agent.local.port}`;
    await using flood = new Program("sipsak", ["-F", "-e", "5000", "-s", uri]);
    await flood.ended;
    await using program = new Program("sipsak", ["-s", uri]);
    expect(await program.ended).toMatchObject({ code: 0 });
    // All at once they are more than a kernel's buffer holds; what does not fit never comes. What does was read before the last.
    expect(agent.counters.received).toBeGreaterThan(100);
    expect(agent.counters.faults).toEqual({});
    await agent.stop();
  }, 60_000);
});
