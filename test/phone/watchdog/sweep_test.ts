import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Call } from "../../../src/call/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { Watchdog, type WatchdogEvent } from "../../../src/phone/mod.ts";
import { freeShareOf } from "../../../src/phone/watchdog/free_share.ts";
import { Sweep, type SweepOptions } from "../../../src/phone/watchdog/sweep.ts";

/** A phone in order, but for what is given. */
function scene(options: Partial<SweepOptions> = {}, isStarted = true) {
  const clock = new VirtualClock();
  const told: WatchdogEvent[] = [];
  const sweep = new Sweep({
    clock,
    watchdog: new Watchdog(clock, (event) => told.push(event)),
    calls: () => [],
    ports: { size: 100, inUse: 10, draining: 10 },
    freeswitch: undefined,
    folder: undefined,
    ...options,
  });
  if (isStarted) sweep.start();
  return { clock, sweep, whats: () => told.map(({ what }) => what), told };
}

describe("freeShareOf", () => {
  test.skipIf(!existsSync("/proc/self"))("takes what has no size for empty", async () => {
    expect(await freeShareOf("/proc")).toBe(1);
  });

  test("asks the disk that a folder is on, and rejects where there is none", async () => {
    const share = await freeShareOf(tmpdir());
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
    await expect(freeShareOf("/nowhere/at all")).rejects.toThrow();
  });
});

describe("Sweep", () => {
  test("has nothing to say of a phone in order, and stops", async () => {
    const { clock, sweep, told } = scene({
      freeswitch: { isConnected: true },
      folder: "/anywhere",
      freeShare: () => Promise.resolve(0.5),
    });
    await clock.advance(300_000);
    expect(told).toEqual([]);
    sweep.stop();
    expect(clock.pending).toBe(0);
  });

  test("tells of a call that is over and gives nothing back, but not of one that just ended", async () => {
    const stuck = { id: "f00d", state: "ended" };
    const calls: unknown[] = [{ id: "live", state: "live" }];
    const { clock, told } = scene({ calls: () => calls as Call[] });
    await clock.advance(20_000);
    calls.push(stuck);
    await clock.advance(14_000);
    expect(told).toEqual([]);
    await clock.advance(2000);
    expect(told[0]).toMatchObject({ what: "stuck-call", value: 10_000 });
    expect(told[0].text).toContain("f00d");
  });

  test("does not add up the ends of calls that follow one another", async () => {
    let one = { id: "first", state: "ended" };
    const { clock, told } = scene({ calls: () => [one] as unknown as Call[] });
    for (let round = 0; round < 20; round++) {
      await clock.advance(5000);
      one = { id: String(round), state: "ended" };
    }
    expect(told).toEqual([]);
  });

  test("tells when less than a tenth of the ports is free, those that rest included", async () => {
    const ports = { size: 100, inUse: 60, draining: 30 };
    const { clock, told } = scene({ ports });
    await clock.advance(5000);
    expect(told).toEqual([]);
    ports.draining = 31;
    await clock.advance(5000);
    expect(told[0]).toMatchObject({ what: "ports", value: 0.91 });
    expect(told[0].text).toBe("Of 100 pairs of ports for sound 60 are in use and 31 rest");
  });

  test("tells when FreeSWITCH cannot be reached for half a minute, and not before", async () => {
    const freeswitch = { isConnected: false };
    const { clock, told, whats } = scene({ freeswitch });
    await clock.advance(25_000);
    freeswitch.isConnected = true;
    await clock.advance(5000);
    freeswitch.isConnected = false;
    await clock.advance(25_000);
    expect(told).toEqual([]);
    await clock.advance(5000);
    expect(whats()).toEqual(["esl"]);
    expect(told[0].value).toBe(30_000);
  });

  test("gives FreeSWITCH its half minute from the start on, however long ago it was made", async () => {
    const { clock, sweep, whats } = scene({ freeswitch: { isConnected: false } }, false);
    await clock.advance(60_000);
    sweep.start();
    await clock.advance(25_000);
    expect(whats()).toEqual([]);
    await clock.advance(5000);
    expect(whats()).toEqual(["esl"]);
  });

  test("looks again when it is started again, and only once at a time", async () => {
    let looks = 0;
    const { clock, sweep } = scene({
      calls: () => {
        looks++;
        return [];
      },
    });
    sweep.start();
    sweep.stop();
    sweep.stop();
    await clock.advance(20_000);
    expect(looks).toBe(0);
    sweep.start();
    await clock.advance(20_000);
    expect(looks).toBe(4);
  });

  test("tells when the disk of recordings is nearly full, and is silent where there is none yet", async () => {
    let free: () => Promise<number> = () => Promise.reject(new Error("ENOENT"));
    const { clock, told } = scene({ folder: "/recordings", freeShare: () => free() });
    await clock.advance(10_000);
    expect(told).toEqual([]);
    free = () => Promise.resolve(0.03);
    await clock.advance(5000);
    expect(told[0]).toMatchObject({
      what: "disk",
      text: "Of the disk of /recordings 3.0 % is free",
      value: 0.97,
    });
  });
});
