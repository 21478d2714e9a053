import { describe, expect, test } from "bun:test";
import { type TickCallback, Ticker, VirtualClock } from "../../../src/clock/mod.ts";
import { Admission, type AdmissionContext } from "../../../src/phone/admission/admission.ts";

/** An admission of two calls, and its ticks. */
function scene(options: Partial<AdmissionContext> = {}) {
  const clock = new VirtualClock();
  const ticker = new Ticker(clock);
  let tick: TickCallback = () => {};
  let isRemoved = false;
  ticker.add = (callback) => {
    tick = callback;
    return { phaseMs: 0, remove: () => void (isRemoved = true) };
  };
  const loads: boolean[] = [];
  const lateMs: number[] = [];
  const admission = new Admission({
    admission: { windowMs: 1000 },
    limits: { callsPerSource: 1, callsPerSecondPerSource: 1, callsBurstPerSource: 2 },
    maxCalls: 2,
    clock,
    ticker,
    onLoad: ({ isOverloaded }) => loads.push(isOverloaded),
    onTick: (ms) => lateMs.push(ms),
    ...options,
  });
  admission.start();
  const busy = () => {
    for (let n = 0; n < 50; n++) tick(0, 30, 0);
  };
  const idle = () => {
    for (let n = 0; n < 50; n++) tick(0, 0, 0);
  };
  return {
    admission,
    busy,
    idle,
    tick: () => tick(0, 5, 2),
    loads,
    lateMs,
    isOver: () => isRemoved,
  };
}

describe("Admission", () => {
  test("takes as many calls as there are lines, and no more", () => {
    const { admission } = scene();
    expect([0, 1].map((calls) => admission.refusal(calls))).toEqual([undefined, undefined]);
    expect(admission.refusal(2)).toMatchObject({ status: 486, why: "lines" });
    expect([1, 2].map((calls) => admission.hasRoom(calls))).toEqual([true, false]);
    admission.requireRoom(1);
    expect(() => admission.requireRoom(2)).toThrow("all lines are busy: there are 2");
  });

  test("says what is wrong in the order in which a caller has to know it", () => {
    const { admission, busy } = scene();
    const why = (calls: number, source?: string) => admission.refusal(calls, source)?.why;
    busy();
    expect(why(0)).toBe("overloaded");
    expect(why(2)).toBe("lines");
    admission.take("192.0.2.1", new Promise(() => {}));
    const ofOne = [1, 2, 3].map(() => why(2, "192.0.2.1"));
    expect(ofOne).toEqual(["source-calls", "source-calls", "source-rate"]);
    admission.isDraining = true;
    expect([why(2, "192.0.2.1"), admission.hasRoom(0)]).toEqual(["draining", false]);
  });

  test("takes calls of a source again when one of it has ended", async () => {
    const { admission } = scene({ limits: { callsPerSource: 1 } });
    const ended = Promise.withResolvers<void>();
    admission.take("192.0.2.1", ended.promise);
    expect(admission.refusal(1, "192.0.2.1")?.status).toBe(486);
    ended.resolve();
    await ended.promise;
    expect(admission.refusal(1, "192.0.2.1")).toBe(undefined);
  });

  test("tells once that it is overloaded and once that it is over, and makes no call meanwhile", () => {
    const { admission, busy, idle, loads } = scene();
    busy();
    expect([admission.load.isOverloaded, admission.hasRoom(0)]).toEqual([true, false]);
    expect(() => admission.requireRoom(0)).toThrow("too busy: 100 % of its ticks are late");
    idle();
    expect([loads, admission.hasRoom(0)]).toEqual([[true, false], true]);
  });

  test("measures where it does not judge, and refuses nobody for it", () => {
    const { admission, busy, loads } = scene({ admission: false });
    for (let n = 0; n < 10; n++) busy();
    const { isOverloaded, lateShare } = admission.load;
    expect([isOverloaded, lateShare, loads]).toEqual([false, 1, []]);
    expect(admission.refusal(0)).toBe(undefined);
  });

  test("tells each tick, late by those that did not come, until it is stopped", () => {
    const { admission, tick, lateMs, isOver } = scene();
    tick();
    expect(lateMs).toEqual([45]);
    admission.stop();
    expect(isOver()).toBe(true);
  });
});
