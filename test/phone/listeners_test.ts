import { describe, expect, test } from "bun:test";
import { mock } from "../../src/backend/mod.ts";
import type { Call } from "../../src/call/mod.ts";
import { doorScene } from "../telemetry/door_scene.ts";

/** A phone in memory, and what it told of failures. */
async function scene() {
  const { phone, clock, call } = await doorScene({ voiceBackend: mock() });
  const errors: { call: Call | undefined; error: unknown }[] = [];
  phone.on("error", (detail) => void errors.push(detail));
  return {
    ...{ phone, clock, call, errors },
    async [Symbol.asyncDispose]() {
      await clock.runUntil(phone.stop());
    },
  };
}

describe("a listener of the phone", () => {
  const failure = new Error("no such customer");

  test.each<[string, () => void | Promise<void>]>([
    ["throws", () => {
      throw failure;
    }],
    ["is async and rejects", () => Promise.reject(failure)],
    ["rejects later", async () => {
      await Promise.resolve();
      throw failure;
    }],
  ])("that %s is an error of its call, and nothing to the others", async (_, fail) => {
    await using all = await scene();
    const told: Call[] = [];
    all.phone.on("answered", fail);
    all.phone.on("answered", ({ call }) => void told.push(call));
    const callers = [all.call(), all.call()];
    await all.clock.advance(100);
    const calls = callers.map(({ call }) => call!);
    expect(told).toEqual(calls);
    expect(all.errors).toEqual(calls.map((call) => ({ call, error: failure })));
    expect(calls.map(({ state }) => state)).toEqual(["live", "live"]);
  });

  test("that asks a caller something who hangs up ends nothing, as that of the README", async () => {
    await using all = await scene();
    const outcomes: string[] = [];
    all.phone.on("answered", async ({ call }) => {
      outcomes.push((await call.collectDigits({ prompt: "Your number?", max: 6 })).outcome);
      outcomes.push((await call.transfer("1001")).outcome);
      outcomes.push((await call.say("Nobody is there.")).outcome);
      await call.hold();
    });
    const [first, second] = [all.call(), all.call()];
    await all.clock.advance(500);
    first.leg.gone("remote");
    await all.clock.advance(100);
    expect(outcomes).toEqual(["ended", "ended", "ended"]);
    expect(all.errors.map(({ call }) => call)).toEqual([first.call]);
    expect(String(all.errors[0].error)).toContain("Cannot put the caller on hold");
    expect(second.call!.state).toBe("live");
  });

  test("that was added twice is told twice, and removed once at a time", async () => {
    await using all = await scene();
    let told = 0;
    const listener = () => void told++;
    const [off] = [all.phone.on("answered", listener), all.phone.on("answered", listener)];
    all.call();
    await all.clock.advance(50);
    off();
    off();
    all.call();
    await all.clock.advance(50);
    expect(told).toBe(3);
  });

  test("of errors that fails itself is not asked again", async () => {
    await using all = await scene();
    let asked = 0;
    all.phone.on("error", () => {
      asked++;
      return Promise.reject(new Error("nobody is told"));
    });
    all.phone.on("answered", () => Promise.reject(failure));
    all.call();
    await all.clock.advance(100);
    expect(asked).toBe(1);
  });
});
