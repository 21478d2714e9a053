import { describe, expect, test } from "bun:test";
import { mock, type VoiceBackend } from "../../../src/backend/mod.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";
import {
  type FaultContext,
  type FaultOptions,
  silent,
  throwing,
  withFaults,
} from "../../../src/testing/faults/mod.ts";
import { askFor, outcomeOf, stepOptions, STEPS, voice } from "../../support/voices.ts";

const clock = new VirtualClock();

function spoil(rules: FaultOptions["rules"], options: Partial<FaultOptions> = {}): VoiceBackend {
  return withFaults(voice("true"), { clock, rules, ...options });
}

/** Which of `times` askings for `step` were answered: "x" for those that were not. */
async function pattern(
  backend: VoiceBackend,
  step: (typeof STEPS)[number],
  times: number,
  sessionId: (time: number) => string = () => "1",
): Promise<string> {
  let marks = "";
  for (let time = 1; time <= times; time++) {
    const options = stepOptions({ sessionId: sessionId(time) });
    const { error } = await outcomeOf(() => askFor(backend, step, options));
    marks += error === undefined ? "." : "x";
  }
  return marks;
}

describe("withFaults", () => {
  test("changes nothing where no rule holds", async () => {
    const backend = spoil([{ fault: throwing(), when: () => false }]);
    for (const step of STEPS) {
      expect(await outcomeOf(() => askFor(backend, step, stepOptions()))).toEqual(
        await outcomeOf(() => askFor(voice("true"), step, stepOptions())),
      );
    }
  });

  test("strikes in the steps it is told", async () => {
    const backend = spoil([{ fault: throwing(), step: ["generate", "speak"] }]);
    const marks = [];
    for (const step of STEPS) marks.push(await pattern(backend, step, 1));
    expect(marks).toEqual([".", ".", "x", "x"]);
  });

  test("strikes at the nth time, counted for each step", async () => {
    const backend = spoil([{ fault: throwing(), nth: [2, 4] }]);
    expect(await pattern(backend, "speak", 5)).toBe(".x.x.");
    expect(await pattern(backend, "generate", 5)).toBe(".x.x.");
    expect(await pattern(spoil([{ fault: throwing(), nth: 1 }]), "speak", 3)).toBe("x..");
  });

  test("counts the times of each call, from the beginning after its end", async () => {
    const backend = spoil([{ fault: throwing(), when: ({ nthOfCall }) => nthOfCall === 2 }]);
    const both = (time: number) => time % 2 === 0 ? "even" : "odd";
    expect(await pattern(backend, "speak", 6, both)).toBe("..xx..");
    const call = { sessionId: "odd", from: { user: "" }, to: { user: "" }, headers: {} };
    await backend.onCallEnd!(call);
    expect(await pattern(backend, "speak", 2, () => "odd")).toBe(".x");
  });

  test("tells a rule what is asked", async () => {
    const contexts: FaultContext[] = [];
    const backend = spoil([{ fault: silent(), when: (context) => contexts.push(context) > 0 }]);
    await outcomeOf(() => askFor(backend, "transcribe", stepOptions()));
    await outcomeOf(() => askFor(backend, "speak", stepOptions({ sessionId: "2" })));
    expect(contexts).toEqual([
      { step: "transcribe", nth: 1, nthOfCall: 1, sessionId: "1", text: "" },
      { step: "speak", nth: 1, nthOfCall: 1, sessionId: "2", text: "Hello?" },
    ]);
  });

  test("strikes by chance, the same for the same seed", async () => {
    const marks = (seed: number) =>
      pattern(
        spoil([{ fault: throwing(), probability: 0.3 }], { random: new SeededRandom(seed) }),
        "speak",
        200,
      );
    const once = await marks(5);
    expect(once).toBe(await marks(5));
    expect(once).not.toBe(await marks(6));
    const struck = [...once].filter((mark) => mark === "x").length;
    expect(struck).toBeGreaterThan(40);
    expect(struck).toBeLessThan(80);
  });

  test("takes the first rule that holds, and tells which", async () => {
    const rules = [{ fault: silent(), nth: 2 }, { fault: throwing() }];
    const struck: (readonly [number, number])[] = [];
    const backend = spoil(rules, {
      onFault: ({ nth }, rule) => struck.push([nth, rules.indexOf(rule as typeof rules[0])]),
    });
    expect(await pattern(backend, "speak", 3)).toBe("x.x");
    expect(struck).toEqual([[1, 1], [2, 0], [3, 1]]);
  });

  test("passes on all that is no step", async () => {
    const call = { sessionId: "1", from: { user: "" }, to: { user: "" }, headers: {} };
    const inner = { ...mock({ greeting: "Hello." }), sampleRate: 8000 };
    const backend = withFaults(inner, { clock, rules: [{ fault: throwing() }] });
    expect(await backend.onCallStart!(call)).toBe("Hello.");
    expect([backend.sampleRate, backend.transcribeStream, backend.onDtmf]).toEqual([
      8000,
      undefined,
      undefined,
    ]);
  });

  test("refuses a probability that is none", () => {
    expect(() => spoil([{ fault: silent(), probability: 1.5 }])).toThrow(
      "Cannot make faults as a probability is from 0 to 1: current value is 1.5",
    );
  });
});
