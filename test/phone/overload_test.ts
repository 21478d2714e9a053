import { afterEach, describe, expect, test } from "bun:test";
import { loopback } from "../../src/backend/mod.ts";
import { type LoadState, PhoneHandler, type PhoneHandlerOptions } from "../../src/phone/mod.ts";
import type { DrainProgress, WatchdogEvent } from "../../src/phone/mod.ts";
import { IndependentCaller } from "../support/caller/independent_caller.ts";
import { SOUND_PORTS } from "../support/sound_ports.ts";
import { eventually } from "../support/wait.ts";

const cleanUps: (() => PromiseLike<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

/** A phone in this process, and how to call it. */
async function start(options: Partial<PhoneHandlerOptions> = {}) {
  const phone = new PhoneHandler({
    voiceBackend: loopback(),
    ...SOUND_PORTS,
    sipPort: 0,
    detector: "fvad",
    ...options,
  });
  const { port } = await phone.start();
  cleanUps.push(() => phone.stop());
  const caller = async () => {
    const one = await IndependentCaller.open(port);
    cleanUps.push(() => one[Symbol.asyncDispose]());
    return one;
  };
  return { phone, caller };
}

/** Keeps this process busy for 60 ms of each 61, until it is told to stop. */
function burn(): () => void {
  const timer = setInterval(() => {
    const end = performance.now() + 60;
    while (performance.now() < end);
  }, 1);
  return () => clearInterval(timer);
}

const OFTEN = { windowMs: 1000 };

describe("a phone in a process that is too busy", () => {
  test("refuses new calls, keeps those it has, and takes calls again", async () => {
    const { phone, caller } = await start({ admission: OFTEN });
    const told: LoadState[] = [];
    phone.on("load", (load) => told.push(load));
    const live = await caller();
    expect((await live.invite()).status).toBe(200);
    expect(phone.isReady).toBe(true);
    const stop = burn();
    await eventually("it is overloaded", () => phone.load.isOverloaded);
    expect(phone.isReady).toBe(false);
    const answer = await (await caller()).invite();
    stop();
    expect(answer.startLine).toBe("SIP/2.0 503 Too busy");
    expect(answer.header("Retry-After")).toEqual(["5"]);
    expect(phone.calls.map(({ state }) => state)).toEqual(["live"]);
    expect(phone.refusals.overloaded).toBe(1);
    await expect(phone.call("sip:a@127.0.0.1:9")).rejects.toThrow(/busy: \d+ % of its ticks/);
    await eventually("it is over", () => phone.isReady);
    expect((await (await caller()).invite()).status).toBe(200);
    expect(told.map(({ isOverloaded }) => isOverloaded)).toEqual([true, false]);
    expect(live.heard.arrivals.length).toBeGreaterThan(10);
    expect(phone.counters).toEqual({ offered: 3, answered: 2, refused: 1, failed: 0 });
  }, 60_000);

  test("is known to be too busy before it has any call", async () => {
    const { phone, caller } = await start({ admission: OFTEN });
    const stop = burn();
    await eventually("it is overloaded", () => phone.load.isOverloaded);
    stop();
    expect((await (await caller()).invite()).status).toBe(503);
  });

  test("takes calls all the same where that is asked for, and measures", async () => {
    const { phone, caller } = await start({ admission: false });
    const told: LoadState[] = [];
    phone.on("load", (load) => told.push(load));
    const stop = burn();
    await eventually("it is late", () => phone.load.lateShare > 0.3);
    stop();
    expect((await (await caller()).invite()).status).toBe(200);
    expect([phone.isReady, told]).toEqual([true, []]);
  });

  test("tells of a pause that callers hear, and refuses nobody for it", async () => {
    const { phone, caller } = await start();
    const told: WatchdogEvent[] = [];
    phone.on("watchdog", (event) => told.push(event));
    const end = performance.now() + 300;
    while (performance.now() < end);
    await eventually("it is told", () => told.length > 0);
    expect(told[0].what).toBe("event-loop");
    expect(told[0].value).toBeGreaterThan(200);
    expect((await (await caller()).invite()).status).toBe(200);
  });

  test("is not made busy by the start and the end of a call", async () => {
    const { phone, caller } = await start({ admission: { windowMs: 1000 } });
    for (let calls = 0; calls < 5; calls++) {
      const one = await caller();
      await one.invite();
      await one.bye();
    }
    expect(phone.load.isOverloaded).toBe(false);
  });

  test("cannot be made with a load that cannot be judged", () => {
    const make = () => new PhoneHandler({ voiceBackend: loopback(), admission: { windowMs: 0 } });
    expect(make).toThrow(RangeError);
  });
});

describe("a phone with limits for each source", () => {
  test("refuses the calls beyond them by why, and takes others when one is over", async () => {
    const { phone, caller } = await start({ limits: { callsPerSource: 1 } });
    const refused: string[] = [];
    phone.on("refused", ({ why, status }) => refused.push(`${status} ${why}`));
    const [one, other] = [await caller(), await caller()];
    await one.invite();
    expect((await other.invite()).startLine).toBe("SIP/2.0 486 Too many calls at a time");
    await one.bye();
    await eventually("it is over", () => phone.calls.length === 0);
    expect((await (await caller()).invite()).status).toBe(200);
    expect(refused).toEqual(["486 source-calls"]);
    expect(phone.refusals["source-calls"]).toBe(1);
  });

  test("refuses who calls too often", async () => {
    const { phone, caller } = await start({
      limits: { callsPerSecondPerSource: 0.001, callsBurstPerSource: 2 },
    });
    const statuses: number[] = [];
    for (let calls = 0; calls < 3; calls++) statuses.push((await (await caller()).invite()).status);
    expect(statuses).toEqual([200, 200, 503]);
    expect(phone.refusals["source-rate"]).toBe(1);
  });

  test("spares its FreeSWITCH and its trunks", async () => {
    const { caller } = await start({
      limits: { callsPerSource: 1 },
      trunks: [{ name: "main", server: "sip:127.0.0.1:5099" }],
    });
    for (let calls = 0; calls < 3; calls++) {
      expect((await (await caller()).invite()).status).toBe(200);
    }
  });
});

describe("PhoneHandler.drain", () => {
  test("tells how it gets on, and that calls are refused as it drains", async () => {
    const { phone, caller } = await start();
    const told: DrainProgress[] = [];
    phone.on("draining", (progress) => told.push(progress));
    const one = await caller();
    await one.invite();
    const drained = phone.drain(30_000);
    expect([phone.isDraining, phone.isReady]).toEqual([true, false]);
    expect((await (await caller()).invite()).status).toBe(503);
    await one.bye();
    await drained;
    expect(told.map(({ left, of }) => [left, of])).toEqual([[1, 1], [0, 1]]);
    expect(phone.refusals.draining).toBe(1);
  });
});

describe("PhoneHandler", () => {
  test("tells of a call when it arrives, before it is answered", async () => {
    const states: string[] = [];
    const { phone, caller } = await start({ onCall: () => void states.push("asked") });
    phone.on("arrived", ({ call }) => states.push(call.state));
    phone.on("answered", () => states.push("answered"));
    await (await caller()).invite();
    expect(states).toEqual(["arriving", "asked", "answered"]);
  });
});
