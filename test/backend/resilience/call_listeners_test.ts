import { describe, expect, test } from "bun:test";
import { type CallInfo, resilient, type VoiceBackend } from "../../../src/backend/mod.ts";
import { VirtualClock } from "../../../src/clock/mod.ts";
import { voice } from "../../support/voices.ts";

const call: CallInfo = {
  sessionId: "1",
  from: { user: "alice" },
  to: { user: "bot" },
  headers: {},
};

/** A guarded backend and its fallback, and what they and the user were told. */
function scene(first: Partial<VoiceBackend>, second: Partial<VoiceBackend> = {}) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const note = (name: string): Partial<VoiceBackend> => ({
    onCallStart: () => void told.push(`${name} start`),
    onCallEnd: () => void told.push(`${name} end`),
    onError: (error) => void told.push(`${name} error: ${(error as Error).message}`),
  });
  const backend = resilient({ ...voice("first"), ...note("first"), ...first }, {
    clock,
    fallbacks: [{ ...voice("second"), ...note("second"), ...second }],
    onError: (error, { sessionId }) => told.push(`user, ${sessionId}: ${(error as Error).message}`),
  });
  return { clock, told, backend };
}

describe("the listeners of resilient", () => {
  test("greet as the first does, and tell the others that a call begins and ends", async () => {
    const { told, backend } = scene({ onCallStart: () => "Welcome." }, {
      onCallStart: () => {
        told.push("second start");
        return "Not to be heard.";
      },
    });
    expect(await backend.onCallStart!(call)).toBe("Welcome.");
    await backend.onCallEnd!(call);
    expect(told).toEqual(["second start", "first end", "second end"]);
  });

  test("give up a greeting that takes too long, and tell", async () => {
    const { clock, told, backend } = scene({ onCallStart: () => new Promise(() => {}) });
    const greeting = Promise.resolve(backend.onCallStart!(call));
    expect(await clock.runUntil(greeting)).toBeUndefined();
    const message =
      "Cannot wait any longer for onCallStart as greetingMs has passed: current value is 4000";
    expect(told).toEqual(["second start", `user, 1: ${message}`, `first error: ${message}`]);
    expect([clock.now(), clock.pending]).toEqual([4000, 0]);
  });

  test("outlive a greeting that fails too late", async () => {
    const { clock, told, backend } = scene({
      onCallStart: async () => {
        await new Promise<void>((resolve) => void clock.setTimer(resolve, 5000));
        throw new Error("too late");
      },
    });
    await clock.runUntil(Promise.resolve(backend.onCallStart!(call)));
    await clock.advance(5000);
    expect(told).toHaveLength(3);
  });

  test.each([
    ["throws", (): never => {
      throw new Error("no greeting");
    }],
    ["rejects", () => Promise.reject(new Error("no greeting"))],
  ])("begin the call without a greeting when onCallStart %s", async (_how, onCallStart) => {
    const { clock, told, backend } = scene({ onCallStart }, { onCallStart });
    expect(await backend.onCallStart!(call)).toBeUndefined();
    await clock.advance(0);
    expect(told.sort()).toEqual([
      "first error: no greeting",
      "second error: no greeting",
      "user, 1: no greeting",
      "user, 1: no greeting",
    ]);
  });

  test("pass on the rest to the first alone", async () => {
    const keys: string[] = [];
    const { backend } = scene({ onDtmf: (digit) => void keys.push(`first ${digit}`) }, {
      onDtmf: (digit) => void keys.push(`second ${digit}`),
      onInterrupt: () => {},
    });
    await backend.onDtmf!("5", call);
    expect(keys).toEqual(["first 5"]);
    expect([backend.onNoInput, backend.onInterrupt]).toEqual([undefined, undefined]);
  });

  test("are not there where no backend has them", () => {
    const backend = resilient(voice("first"), { fallbacks: [voice("second")] });
    expect([backend.onCallStart, backend.onCallEnd, backend.onError]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
