import { describe, expect, test } from "bun:test";
import type { CircuitBreakerOptions } from "../../../src/backend/mod.ts";
import { CircuitBreaker } from "../../../src/backend/resilience/circuit_breaker.ts";
import { SeededRandom, VirtualClock } from "../../../src/clock/mod.ts";

function open(options: CircuitBreakerOptions = {}) {
  const clock = new VirtualClock();
  const circuit = new CircuitBreaker(clock, {
    failures: 3,
    coolDownMs: 1000,
    jitter: 0,
    ...options,
  });
  return {
    clock,
    circuit,
    fail: (times = 1) => {
      for (; times > 0; times--) circuit.enter()!.fail();
    },
    succeed: (times = 1) => {
      for (; times > 0; times--) circuit.enter()!.succeed();
    },
  };
}

describe("CircuitBreaker", () => {
  test("opens at the failure that is one too many, and refuses", () => {
    const { circuit, fail } = open();
    fail(2);
    expect(circuit.state).toBe("closed");
    fail();
    expect(circuit.state).toBe("open");
    expect(circuit.enter()).toBeUndefined();
  });

  test("forgets failures that are older than the window", async () => {
    const { clock, circuit, fail } = open({ windowMs: 10_000 });
    fail(2);
    await clock.advance(10_000);
    fail(2);
    expect(circuit.state).toBe("closed");
    await clock.advance(5000);
    fail();
    expect(circuit.state).toBe("open");
  });

  test("stays closed while most are answered", () => {
    const { circuit, fail, succeed } = open();
    succeed(10);
    fail(9);
    expect(circuit.state).toBe("closed");
    fail();
    expect(circuit.state).toBe("open");
  });

  test("lets one at a time through when it has cooled down, and closes when that is answered", async () => {
    const { clock, circuit, fail } = open();
    fail(3);
    await clock.advance(999);
    expect(circuit.enter()).toBeUndefined();
    await clock.advance(1);
    const probe = circuit.enter();
    expect(circuit.state).toBe("half-open");
    expect(circuit.enter()).toBeUndefined();
    probe!.succeed();
    expect(circuit.state).toBe("closed");
    // What came before is forgotten.
    fail(2);
    expect(circuit.state).toBe("closed");
  });

  test("opens for another cool-down when the one it let through fails", async () => {
    const { clock, circuit, fail } = open();
    fail(3);
    await clock.advance(1000);
    fail();
    expect(circuit.state).toBe("open");
    await clock.advance(999);
    expect(circuit.enter()).toBeUndefined();
    await clock.advance(1);
    expect(circuit.enter()).toBeDefined();
  });

  test("lets another through when nobody wanted the answer of the one before", async () => {
    const { clock, circuit, fail } = open();
    fail(3);
    await clock.advance(1000);
    circuit.enter()!.release();
    expect(circuit.state).toBe("half-open");
    expect(circuit.enter()).toBeDefined();
  });

  test("does not count what nobody wanted", () => {
    const { circuit } = open();
    for (let i = 0; i < 10; i++) circuit.enter()!.release();
    expect(circuit.state).toBe("closed");
  });

  test("counts an answer that broke off as a failure", () => {
    const { circuit } = open();
    for (let i = 0; i < 3; i++) {
      const pass = circuit.enter()!;
      pass.succeed();
      pass.fail();
    }
    expect(circuit.state).toBe("open");
  });

  test("counts also the answer that closed it, when that breaks off", async () => {
    const { clock, circuit, fail } = open();
    fail(3);
    await clock.advance(1000);
    const probe = circuit.enter()!;
    probe.succeed();
    probe.fail();
    fail();
    expect(circuit.state).toBe("closed");
    fail();
    expect(circuit.state).toBe("open");
  });

  test("counts each pass once", () => {
    const { circuit } = open();
    const pass = circuit.enter()!;
    for (let i = 0; i < 10; i++) pass.fail();
    expect(circuit.state).toBe("closed");
  });

  test("hears nothing of the time before from those that end late", async () => {
    const { clock, circuit, fail } = open();
    const [early, earlier] = [circuit.enter()!, circuit.enter()!];
    fail(3);
    early.succeed();
    expect(circuit.state).toBe("open");
    await clock.advance(1000);
    const probe = circuit.enter()!;
    earlier.fail();
    expect(circuit.state).toBe("half-open");
    expect(circuit.enter()).toBeUndefined();
    probe.succeed();
    expect(circuit.state).toBe("closed");
  });

  test("cools down for as long as chance says, from half of the time to all of it", async () => {
    const coolDowns: number[] = [];
    for (let seed = 0; seed < 50; seed++) {
      const { clock, circuit, fail } = open({ jitter: 0.5, random: new SeededRandom(seed) });
      fail(3);
      while (circuit.enter() === undefined) await clock.advance(10);
      coolDowns.push(clock.now());
    }
    expect(Math.min(...coolDowns)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...coolDowns)).toBeLessThanOrEqual(1000);
    expect(new Set(coolDowns).size).toBeGreaterThan(20);
  });

  test("never sets a timer", () => {
    const { clock, fail } = open();
    fail(3);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["failures", 0],
    ["failures", 1.5],
    ["windowMs", 0],
    ["coolDownMs", Infinity],
    ["failureShare", 1.1],
    ["jitter", -0.1],
  ])("refuses as %s the value %s", (name, value) => {
    expect(() => open({ [name]: value })).toThrow(
      `as ${name} must be`,
    );
  });
});
