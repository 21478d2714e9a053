import { describe, expect, test } from "bun:test";
import { VirtualClock, within } from "../../src/clock/mod.ts";

describe("within", () => {
  test("is true when the promise settles in time, either way, and leaves no timer", async () => {
    const clock = new VirtualClock();
    expect(await within(clock, Promise.resolve(), 100)).toBe(true);
    expect(await within(clock, Promise.reject(new Error("no")), 100)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("is false when time is up, and not before", async () => {
    const clock = new VirtualClock();
    let result: boolean | undefined;
    void within(clock, new Promise(() => {}), 100).then((inTime) => result = inTime);
    await clock.advance(99);
    expect(result).toBe(undefined);
    await clock.advance(1);
    expect(result).toBe(false);
  });
});
