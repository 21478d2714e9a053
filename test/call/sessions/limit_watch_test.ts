import { describe, expect, test } from "bun:test";
import { type CallLimits, LimitWatch } from "../../../src/call/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";

function scene(limits: CallLimits) {
  const clock = new VirtualClock();
  const ended: string[] = [];
  const watch = new LimitWatch({
    ...limits,
    clock,
    wallClock: () => 1_000_000 + clock.now(),
    onLimit: (_, limit) => void ended.push(limit),
  });
  const call = (user: string, startedAt?: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    return {
      info: {
        ...{ sessionId: user, from: { user }, to: { user: "7000" }, headers: {} },
        ...(startedAt !== undefined && { resumed: { times: 1, startedAt, history: [] } }),
      },
      hangup: () => Promise.resolve(resolve()),
      ended: promise,
    };
  };
  return { clock, ended, watch, call };
}

describe("LimitWatch", () => {
  test("ends a call that lasts too long, however busy it is", async () => {
    const { clock, ended, watch, call } = scene({ maxCallMs: 60_000 });
    const one = call("alice");
    watch.answered(one);
    for (let second = 0; second < 59; second++) {
      await clock.advance(1000);
      watch.active(one);
    }
    expect(ended).toEqual([]);
    await clock.advance(1000);
    expect(ended).toEqual(["maxCallMs"]);
    expect(clock.pending).toBe(0);
  });

  test("counts the time before a cut", async () => {
    const { clock, ended, watch, call } = scene({ maxCallMs: 60_000 });
    watch.answered(call("alice", 1_000_000 - 50_000));
    await clock.advance(9999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(["maxCallMs"]);
  });

  test("ends a call in which nothing is said or pressed, and no other", async () => {
    const { clock, ended, watch, call } = scene({ idleMs: 30_000 });
    const [busy, idle] = [call("alice"), call("bob")];
    watch.answered(busy);
    watch.answered(idle);
    for (let second = 0; second < 300; second += 10) {
      await clock.advance(10_000);
      watch.active(busy);
    }
    expect(ended).toEqual(["idleMs"]);
    await busy.hangup();
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("refuses one call more than a caller may have, until one of them is over", async () => {
    const { clock, watch, call } = scene({ callsPerCaller: 2 });
    const calls = [call("alice"), call("alice")];
    expect([...calls, call("alice"), call("bob")].map((one) => watch.admit(one))).toEqual(
      [true, true, false, true],
    );
    await calls[0].hangup();
    await clock.advance(0);
    expect([watch.admit(call("alice")), watch.admit(call("alice"))]).toEqual([true, false]);
  });

  test("lets one back who was cut off, and takes no two for one who hide their number", () => {
    const { watch, call } = scene({ callsPerCaller: 1 });
    expect([call("alice"), call("alice", 1)].map((one) => watch.admit(one))).toEqual([true, true]);
    for (const hidden of ["anonymous", "", "Restricted"]) {
      expect([call(hidden), call(hidden)].map((one) => watch.admit(one))).toEqual([true, true]);
    }
  });

  test.each([["maxCallMs"], ["idleMs"], ["callsPerCaller"]])(
    "refuses a %s that is not above 0",
    (name) => {
      for (const value of [0, -1, NaN]) expect(() => scene({ [name]: value })).toThrow(RangeError);
    },
  );
});
