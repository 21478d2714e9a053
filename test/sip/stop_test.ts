import { describe, expect, test } from "bun:test";
import { SipUserAgent } from "../../src/sip/mod.ts";
import { bindUdp, closeUdp } from "../support/free_ports.ts";
import { wait } from "../support/wait.ts";

describe("SipUserAgent.stop", () => {
  test(
    "ends also while messages wait for their turn, as there are more than may be read at once",
    async () => {
      const peer = await bindUdp(0);
      // Each takes so long to read that others have to be let in between.
      const message = `OPTIONS sip:bob@127.0.0.1 SIP/2.0\r\n${
        "X-Long: a;b=c\r\n".repeat(2000)
      }\r\n`;
      for (let round = 0; round < 12; round++) {
        const agent = new SipUserAgent({ port: 0 });
        await agent.start();
        for (let i = 0; i < 40; i++) peer.send(message, agent.local.port, "127.0.0.1");
        await wait(2 + round);
        const end = await Promise.race([agent.stop(), wait(5000).then(() => "it hangs")]);
        expect([round, end]).toEqual([round, undefined]);
      }
      await closeUdp(peer);
    },
    60_000,
  );
});
