import { describe, expect, test } from "bun:test";
import { SeededRandom } from "../../../src/clock/mod.ts";
import { drawPlan, exponential, meanHoldMs } from "./soak_plan.ts";

const MIX = { meanTalkMs: 20_000, maxTalkMs: 120_000 };

describe("drawPlan", () => {
  test("draws the same calls for the same seed, and others for another", () => {
    const draw = (seed: number) => {
      const random = new SeededRandom(seed);
      return Array.from({ length: 50 }, () => drawPlan(random, MIX));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test("draws calls of all kinds, with keys, by lines of all kinds, and says to the agent when to hang up", () => {
    const random = new SeededRandom(3);
    const plans = Array.from({ length: 2000 }, () => drawPlan(random, MIX));
    expect(new Set(plans.map(({ kind }) => kind)).size).toBe(8);
    expect(plans.filter(({ line }) => line.lost > 0).length).toBeGreaterThan(300);
    expect(plans.filter(({ keys }) => keys.length > 0).length).toBeGreaterThan(300);
    for (const { kind, number, hangsUp, talkMs } of plans) {
      if (kind !== "talk") continue;
      expect(number.split("-")[2]).toBe(hangsUp === "agent" ? String(talkMs) : "0");
    }
    const mean = plans.reduce((sum, { talkMs }) => sum + talkMs, 0) / plans.length;
    expect(Math.abs(mean - 20_500)).toBeLessThan(1500);
  });

  test("draws none of the kinds that are not wanted", () => {
    const random = new SeededRandom(4);
    const mix = { ...MIX, without: ["killed", "unacknowledged"] } as const;
    const kinds = Array.from({ length: 500 }, () => drawPlan(random, mix).kind);
    expect(kinds.filter((kind) => kind === "killed" || kind === "unacknowledged")).toEqual([]);
    expect(meanHoldMs(mix)).toBeLessThan(meanHoldMs(MIX));
  });
});

describe("exponential", () => {
  test("has its mean, and is never below 0", () => {
    const random = new SeededRandom(5);
    const times = Array.from({ length: 20_000 }, () => exponential(random, 10));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(times.reduce((sum, one) => sum + one, 0) / 20_000 - 10)).toBeLessThan(0.3);
  });
});
