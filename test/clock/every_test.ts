import { describe, expect, test } from "bun:test";
import { every, VirtualClock } from "../../src/clock/mod.ts";

describe("every", () => {
  test("may be ended by what it calls", async () => {
    const clock = new VirtualClock();
    let count = 0;
    const timer = every(clock, 20, () => {
      if (++count === 3) timer.cancel();
    });
    await clock.advance(1000);
    expect([count, clock.pending]).toEqual([3, 0]);
  });
});
