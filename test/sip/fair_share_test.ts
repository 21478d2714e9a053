import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { VirtualClock } from "../../src/clock/mod.ts";
import { FairShare } from "../../src/sip/fair_share.ts";
import { SipUserAgent } from "../../src/sip/mod.ts";
import { sip } from "../support/sip_wire.ts";

/** Work that takes time. */
async function work(share: FairShare, clock: VirtualClock, ms: number): Promise<void> {
  share.begin();
  await clock.advance(ms);
  share.end();
}

describe("FairShare", () => {
  test("lets work of 2 ms be done at once, then asks for a turn", async () => {
    const clock = new VirtualClock(100);
    const share = new FairShare(clock);
    for (let i = 0; i < 20; i++) {
      expect(share.turn()).toBeUndefined();
      await work(share, clock, 0.1);
    }
    await work(share, clock, 0.1);
    const turn = share.turn();
    expect(turn).toBeInstanceOf(Promise);
    await clock.advance(0);
    await turn;
  });

  test("never asks whoever works less than four fifths of the time", async () => {
    const clock = new VirtualClock();
    const share = new FairShare(clock);
    for (let i = 0; i < 1_000; i++) {
      expect(share.turn()).toBeUndefined();
      await work(share, clock, 0.75);
      await clock.advance(0.25);
    }
  });

  test("asks again and again whoever works all the time", async () => {
    const clock = new VirtualClock();
    const share = new FairShare(clock);
    let asked = 0;
    for (let i = 0; i < 100; i++) {
      if (share.turn() !== undefined) asked++;
      await work(share, clock, 1);
    }
    expect(asked).toBe(98);
  });

  test("keeps clocks going while a stranger floods a connection", async () => {
    const agent = new SipUserAgent({ port: 0, transports: ["tcp"] });
    await agent.start();
    const flood = Array.from({ length: 6_000 }, (_, i) =>
      sip(`OPTIONS sip:x@127.0.0.1 SIP/2.0
        Via: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK${i}
        From: <sip:a@b>;tag=1
        To: <sip:c@d>
        Call-ID: ${i}
        CSeq: 1 OPTIONS`)).join("");
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    const socket = connect(agent.local.port, "127.0.0.1");
    await new Promise<void>((resolve) => {
      socket.on("data", () => {
        if (agent.counters.received === 6_000) resolve();
      });
      socket.write(flood);
    });
    clearInterval(timer);
    socket.destroy();
    await agent.stop();
    // All of it is over 100 ms of work; in one go it would have let none, or one, through.
    expect(ticks).toBeGreaterThan(10);
  }, 30_000);
});
