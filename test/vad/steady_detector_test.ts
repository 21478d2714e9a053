import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import type { Detector, DetectorFailure } from "../../src/vad/mod.ts";
import { SteadyDetector } from "../../src/vad/steady_detector.ts";

type Answer = () => number | Promise<number>;

const fine: Answer = () => 0.7;
const throws: Answer = () => {
  throw new Error("confused");
};
const rejects: Answer = () => Promise.reject(new Error("confused"));
const hangs: Answer = () => new Promise<number>(() => {});

const loud = new Int16Array(160).fill(9000);

/** A steady detector over detectors that answer so, one after another; `undefined` cannot be made. */
function scene(...answers: (Answer | undefined)[]) {
  const clock = new VirtualClock();
  const failures: DetectorFailure[] = [];
  const closed: number[] = [];
  let made = 0;
  const make = (): Detector => {
    const answer = answers[made];
    const index = made++;
    if (answer === undefined) throw new Error("cannot be made");
    return { detect: answer, close: () => void closed.push(index) };
  };
  const steady = new SteadyDetector(make, { clock, onRestart: (one) => failures.push(one) });
  /** The answer to a frame, when time stands still but for what it waits for. */
  const ask = (): Promise<number> => clock.runUntil(Promise.resolve(steady.detect(loud, 8000)));
  return { clock, steady, failures, closed, ask, made: () => made };
}

describe("SteadyDetector", () => {
  test("answers at once where the detector does", () => {
    expect(scene(fine).steady.detect(loud, 8000)).toBe(0.7);
  });

  test("passes on what is answered later, and keeps no timer", async () => {
    const { steady, clock, ask } = scene(() => Promise.resolve(0.6));
    expect(await ask()).toBe(0.6);
    expect([clock.pending, steady.restarts]).toEqual([0, 0]);
  });

  test.each<[string, Answer, string, number]>([
    ["throws", throws, "threw", 0],
    ["rejects", rejects, "threw", 0],
    ["never answers", hangs, "stuck", 500],
  ])("puts a fresh one in the place of one that %s", async (_, broken, reason, afterMs) => {
    const { clock, steady, failures, closed, ask } = scene(broken, fine);
    expect(await ask()).toBe(0);
    expect(clock.now()).toBe(afterMs);
    expect(failures.map((failure): string => failure.reason)).toEqual([reason]);
    expect(closed).toEqual([0]);
    expect(await ask()).toBe(0.7);
    expect(steady.restarts).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("says what was thrown", async () => {
    const { failures, ask } = scene(throws, fine);
    await ask();
    expect(failures[0].message).toContain("confused");
    expect((failures[0].cause as Error).message).toBe("confused");
  });

  test("lets the likelihood before stand for an answer that did not come", async () => {
    let asked = 0;
    const { ask } = scene(() => asked++ === 0 ? 0.9 : throws(), fine);
    expect([await ask(), await ask(), await ask()]).toEqual([0.9, 0.9, 0.7]);
  });

  test("turns to loudness when the fresh one fails too, for the rest of the call", async () => {
    const { steady, clock, closed, ask, made } = scene(throws, hangs);
    expect([await ask(), await ask()]).toEqual([0, 0]);
    expect(clock.now()).toBe(500);
    expect(await ask()).toBeGreaterThan(0.9);
    for (let i = 0; i < 100; i++) expect(typeof steady.detect(loud, 8000)).toBe("number");
    expect(steady.detect(new Int16Array(160), 8000)).toBe(0);
    expect([made(), steady.restarts, closed]).toEqual([2, 2, [0, 1]]);
  });

  test("gives one that lasted ten seconds another chance", async () => {
    const { clock, ask, made } = scene(throws, throws, fine);
    await ask();
    await clock.advance(10_000);
    await ask();
    expect(await ask()).toBe(0.7);
    expect(made()).toBe(3);
  });

  test("turns to loudness when none can be made, at first or later", async () => {
    for (const broken of [[], [throws]]) {
      const { steady, failures, ask } = scene(...broken);
      if (broken.length > 0) await ask();
      expect(await ask()).toBeGreaterThan(0.9);
      expect(failures.at(-1)!.message).toContain("cannot be made");
      expect(steady.restarts).toBe(failures.length);
    }
  });

  test("hears nothing of an answer that comes too late, good or bad", async () => {
    for (
      const late of [(settle: Settle) => settle.resolve(1), (settle: Settle) => settle.reject()]
    ) {
      const settle = {} as Settle;
      const slow = () => new Promise<number>((...both) => [settle.resolve, settle.reject] = both);
      const { steady, ask } = scene(slow, fine);
      expect(await ask()).toBe(0);
      late(settle);
      await Promise.resolve();
      expect(await ask()).toBe(0.7);
      expect(steady.restarts).toBe(1);
    }
  });

  test("lets go of whoever waits when it is closed, and blames nobody", async () => {
    const { steady, clock, failures, closed } = scene(hangs);
    const answer = steady.detect(loud, 8000);
    steady.close();
    expect(await answer).toBe(0);
    expect([clock.pending, failures.length, closed]).toEqual([0, 0, [0]]);
  });

  test("is not stopped by one that breaks on its way out", async () => {
    const clock = new VirtualClock();
    const close = () => {
      throw new Error("broken to the end");
    };
    const steady = new SteadyDetector(() => ({ detect: throws, close }), { clock });
    expect(steady.detect(loud, 8000)).toBe(0);
    steady.detect(loud, 8000);
    expect(await steady.detect(loud, 8000)).toBeGreaterThan(0.9);
    steady.close();
  });
});

interface Settle {
  resolve(likelihood: number): void;
  reject(error?: unknown): void;
}
