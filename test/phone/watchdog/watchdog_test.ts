import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { Watchdog, type WatchdogEvent } from "../../../src/phone/mod.ts";

const SEEN = { text: "Something is so", remedy: "Do something" };

describe("Watchdog", () => {
  test("tells once a minute of each subject, with how many it kept to itself", async () => {
    const clock = new VirtualClock();
    const told: WatchdogEvent[] = [];
    const watchdog = new Watchdog(clock, (event) => told.push(event));
    for (let value = 1; value <= 3; value++) watchdog.bark({ what: "event-loop", ...SEEN, value });
    watchdog.bark({ what: "ports", ...SEEN, value: 0.95 });
    await clock.advance(60_000);
    watchdog.bark({ what: "event-loop", ...SEEN, value: 4 });
    expect(told.map(({ what, value, untold }) => [what, value, untold])).toEqual([
      ["event-loop", 1, 0],
      ["ports", 0.95, 0],
      ["event-loop", 4, 2],
    ]);
    expect(told[0]).toMatchObject(SEEN);
  });
});
