import { describe, expect, test } from "bun:test";
import { resilient, StepError, type StepEvent } from "../../../src/backend/mod.ts";
import { fraction, SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { withFaults } from "../../../src/testing/faults/mod.ts";
import { FAULTS } from "../../support/faults.ts";
import { askFor, outcomeOf, stepOptions, STEPS, voice } from "../../support/voices.ts";

/** No step takes longer: two backends, each tried twice, and an answer in a few slow parts. */
const LONGEST_MS = 2 * 2 * (6000 + 200) + 4 * 6000;
const CALLS = 20;
const TURNS = 5;

/** Many calls at once at two backends that fail by chance, and callers who hang up by chance. */
async function manyCalls(seed: number) {
  const clock = new VirtualClock();
  const random = new SeededRandom(seed);
  const rules = FAULTS.map(([_name, fault]) => ({ fault, probability: 0.02 }));
  const voices = [voice("first", "parts"), voice("second")].map((inner, index) =>
    withFaults(inner, { clock, rules, random: new SeededRandom(seed * 2 + index) })
  );
  const policy = { circuit: { failures: 4, failureShare: 0.3 } };
  const backend = resilient(voices[0], {
    clock,
    random,
    fallbacks: [voices[1]],
    transcribe: policy,
    transcribeStream: policy,
    generate: policy,
    speak: policy,
  });
  const events: StepEvent[] = [];
  const log: string[] = [];
  const call = async (sessionId: string) => {
    for (let turn = 0; turn < TURNS; turn++) {
      for (const step of STEPS) {
        const abort = new AbortController();
        const hangsUp = fraction(random) < 0.1;
        const timer = hangsUp
          ? clock.setTimer(() => abort.abort(new Error("hung up")), fraction(random) * 2000)
          : undefined;
        const startedAt = clock.now();
        const options = stepOptions({ events, sessionId, signal: abort.signal });
        const { parts, error } = await outcomeOf(() => askFor(backend, step, options));
        timer?.cancel();
        const ms = Math.round(clock.now() - startedAt);
        expect(ms).toBeLessThanOrEqual(hangsUp ? 2000 : LONGEST_MS);
        const isKnown = error === undefined || error instanceof StepError ||
          (hangsUp && abort.signal.aborted && error === abort.signal.reason);
        expect([isKnown, error]).toEqual([true, error]);
        log.push(`${sessionId} ${step} ${parts.length} parts, ${ms} ms, ${error ?? "answered"}`);
      }
    }
  };
  const calls = Array.from({ length: CALLS }, (_, index) => call(`call-${index}`));
  await clock.runUntil(Promise.all(calls), { limitMs: 1e7 });
  await clock.advance(1000);
  return { log, events, pending: clock.pending };
}

describe("resilient, with faults by chance", () => {
  test.each([[1], [2], [3], [4], [5]])(
    "ends every step of every call in time and leaves nothing behind: seed %d",
    async (seed) => {
      const { log, events, pending } = await manyCalls(seed);
      expect([log.length, pending]).toEqual([CALLS * TURNS * STEPS.length, 0]);
      const types = new Set(events.map(({ type }) => type));
      expect([...types].sort()).toEqual(["circuit", "fallback", "retry"]);
      // Most are answered, although at two of five askings something is wrong.
      expect(log.filter((line) => line.endsWith("answered")).length).toBeGreaterThan(
        log.length / 2,
      );
    },
  );

  test("does the same for the same seed", async () => {
    expect((await manyCalls(7)).log).toEqual((await manyCalls(7)).log);
  });
});
