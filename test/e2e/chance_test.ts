import { describe, expect, test } from "bun:test";
import { lacksProc } from "../support/needs.ts";
import { RUNTIME } from "../support/phone_process.ts";
import { judge } from "../support/soak/soak_judge.ts";
import { runSoak } from "../support/soak/soak_run.ts";

/** What takes a process longer than this test to show, and is for `bench/soak.ts`. */
const SLOW = /^(timers|bytes of living|living objects)/;

describe.skipIf(lacksProc())(
  "callers that come by chance, in 20 s of which the phone is replaced twice",
  () => {
    test("are each counted once, by one phone, and leave nothing behind", async () => {
      const report = await runSoak({
        ...{ ms: 15_000, calls: 8, seed: 4, runtime: RUNTIME, sampleEveryMs: 1000 },
        ...{ meanTalkMs: 1500, maxTalkMs: 4000, drainsAt: [0.5, 0.75], drainMs: 2000 },
        // Only after a minute does a phone know that those are gone.
        without: ["killed", "unacknowledged"],
        ...{ alsoTimers: false, idleWithinMs: 20_000 },
        say: () => {},
      });
      const wrong = judge(report).filter(({ ok, what }) => !ok && !SLOW.test(what));
      expect(wrong).toEqual([]);
      expect(report.outcomes.length).toBeGreaterThan(30);
      expect(new Set(report.outcomes.map(({ plan }) => plan.kind)).size).toBeGreaterThan(2);
      expect(report.phones.map(({ process }) => process.errors)).toEqual(["", "", ""]);
    }, 120_000);
  },
);
