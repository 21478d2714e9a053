import { describe, expect, test } from "bun:test";
import { SipUserAgent } from "../../src/sip/mod.ts";
import { type Clock, SystemClock, VirtualClock } from "../../src/clock/mod.ts";
import { bindPort } from "../../src/phone/bind_port.ts";
import { bindUdp, closeUdp, freePort } from "../support/free_ports.ts";

/** An agent whose port is free after so many tries. */
function agent(tries: number, code = "EADDRINUSE") {
  const made = {
    tries: 0,
    start(): Promise<void> {
      if (++made.tries > tries) return Promise.resolve();
      return Promise.reject(
        new Error("Cannot listen", { cause: Object.assign(new Error(), { code }) }),
      );
    },
  };
  return made;
}

function options(clock: Clock, withinMs: number, signal = new AbortController().signal) {
  return { clock, withinMs, signal };
}

describe("bindPort", () => {
  test("tries again while somebody has the port, and has it soon after it is free", async () => {
    const clock = new VirtualClock();
    const waiting = agent(40);
    await clock.runUntil(bindPort(waiting, options(clock, 10_000)));
    expect([waiting.tries, clock.now()]).toEqual([41, 1000]);
  });

  test("gives up when its time is over, and at once for any other failure", async () => {
    const clock = new VirtualClock();
    const taken = agent(Infinity);
    await expect(clock.runUntil(bindPort(taken, options(clock, 100)))).rejects.toThrow(
      "Cannot listen",
    );
    expect(taken.tries).toBe(5);
    const forbidden = agent(1, "EACCES");
    await expect(clock.runUntil(bindPort(forbidden, options(clock, 100)))).rejects.toThrow();
    expect(forbidden.tries).toBe(1);
  });

  test("takes no port that is not wanted any more", async () => {
    const clock = new VirtualClock();
    const waiting = agent(40);
    const stopped = new AbortController();
    const binding = bindPort(waiting, options(clock, 10_000, stopped.signal)).catch((error) =>
      error
    );
    await clock.advance(100);
    stopped.abort();
    expect((await clock.runUntil(binding)).name).toBe("AbortError");
    const { tries } = waiting;
    await clock.advance(10_000);
    expect(waiting.tries).toBe(tries);
  });

  test("knows a taken port by what this runtime says of one", async () => {
    const port = await freePort();
    const before = await bindUdp(port);
    const clock = new SystemClock();
    let tries = 0;
    const next = {
      async start(): Promise<void> {
        // The second time it is free.
        if (++tries === 2) await closeUdp(before);
        const real = new SipUserAgent({ port, host: "127.0.0.1" });
        await real.start();
        await real.stop();
      },
    };
    await bindPort(next, options(clock, 10_000));
    expect(tries).toBe(2);
  });
});
