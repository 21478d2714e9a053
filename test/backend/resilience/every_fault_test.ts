import { describe, expect, test } from "bun:test";
import { resilient, type Step, StepError, type StepEvent } from "../../../src/backend/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import { type Fault, withFaults } from "../../../src/testing/faults/mod.ts";
import { type Fate, FAULTS } from "../../support/faults.ts";
import { askFor, outcomeOf, stepOptions, STEPS, voice } from "../../support/voices.ts";

/** What an attempt and a further part may take by default, in ms, and how often a step is tried. */
const TIMES: Readonly<Record<Step, readonly [number, number, number]>> = {
  transcribe: [6000, 4000, 2],
  transcribeStream: [2500, 2500, 1],
  generate: [6000, 6000, 1],
  speak: [4000, 4000, 2],
};

/** What a voice answers, in one piece. */
const ANSWERS: Readonly<Record<Step, (name: string) => string>> = {
  transcribe: (name) => `${name} heard it`,
  transcribeStream: (name) => `${name} heard it`,
  generate: (name) => `${name} says it`,
  speak: (name) => `300 ms of ${name.length}`,
};

/** The parts of an answer as one: texts and lengths add up, of what was understood the last counts. */
function joined(step: Step, parts: readonly string[]): string {
  if (step === "transcribeStream") return parts.at(-1) ?? "";
  if (step !== "speak" || parts.length === 0) return parts.join("");
  const ms = parts.reduce((sum, part) => sum + Number.parseInt(part), 0);
  return `${ms} ms of ${parts[0].replace(/.* /, "")}`;
}

/** A first call with a fault in it and a second without, at a backend with one fallback. */
async function callTwice(step: Step, fault: Fault, form: "whole" | "parts") {
  const clock = new VirtualClock();
  const faulty = withFaults(voice("first", form), {
    clock,
    rules: [{ step, fault, when: ({ sessionId }) => sessionId === "1" }],
  });
  const backend = resilient(faulty, {
    clock,
    random: new SeededRandom(1),
    fallbacks: [voice("other", form)],
  });
  const call = async (sessionId: string) => {
    const events: StepEvent[] = [];
    const startedAt = clock.now();
    const options = stepOptions({ events, sessionId });
    const outcome = await clock.runUntil(outcomeOf(() => askFor(backend, step, options)), {
      limitMs: 1e6,
    });
    return { ...outcome, events: events.map(({ type }) => type), ms: clock.now() - startedAt };
  };
  const first = await call("1");
  const second = await call("2");
  // What the fault itself still has to do; the shortest limit of resilient is longer.
  await clock.advance(1000);
  return { first, second, pending: clock.pending };
}

// A rejection that nobody handles fails the test by itself, on both runtimes.
describe("resilient, with a fallback", () => {
  for (const form of ["whole", "parts"] as const) {
    for (const step of STEPS) {
      for (const [name, fault, fate] of FAULTS) {
        test(`gets over ${step} ${name}, of a backend that gives ${form}`, async () => {
          const { first, second, pending } = await callTwice(step, fault, form);
          const [firstPartMs, nextPartMs, attempts] = TIMES[step];
          const expected: Fate = typeof fate === "function" ? fate(step) : fate;
          const retries: StepEvent["type"][] = Array(attempts - 1).fill("retry");

          if (expected === "replaced") {
            expect(joined(step, first.parts)).toBe(ANSWERS[step]("other"));
            expect(first.events).toEqual([...retries, "fallback"]);
            expect(first.ms).toBeLessThanOrEqual((attempts - 1) * 200);
          } else if (expected === "overdue") {
            expect(joined(step, first.parts)).toBe(ANSWERS[step]("other"));
            expect(first.events).toEqual(["fallback"]);
            expect(first.ms).toBe(firstPartMs);
          } else if (expected === "broken") {
            expect(first.error).toBeInstanceOf(StepError);
            expect((first.error as StepError).step).toBe(step);
            expect(first.parts.length).toBeGreaterThan(0);
            expect(first.events).toEqual([]);
            expect(first.ms).toBeLessThanOrEqual(firstPartMs + nextPartMs);
          } else {
            const own = ANSWERS[step]("first");
            expect(joined(step, first.parts)).toBe(expected === "empty" ? "" : own);
            expect(first.error).toBeUndefined();
            expect(first.events).toEqual([]);
            expect(first.ms).toBeLessThanOrEqual(4000);
          }

          expect(joined(step, second.parts)).toBe(ANSWERS[step]("first"));
          expect([second.error, second.events, second.ms]).toEqual([undefined, [], 0]);
          expect(pending).toBe(0);
        });
      }
    }
  }
});
