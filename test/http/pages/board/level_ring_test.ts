import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";

interface Ring {
  readonly end: number;
  push(levels: readonly number[], end: number): void;
  at(slot: number): number;
}

const { LevelRing, SLOTS } = await pageModule<{ LevelRing: new () => Ring; SLOTS: number }>(
  "board/level_ring.js",
);

/** What it has of some slots, as hundredths. */
function levels(ring: Ring, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => Math.round(100 * ring.at(from + i)));
}

describe("LevelRing", () => {
  test("gives each level at its place, and silence where nothing is known", () => {
    const ring = new LevelRing();
    ring.push([0.1, 0.2], 1002);
    expect(levels(ring, 999, 1003)).toEqual([0, 10, 20, 0]);
  });

  test("closes up what comes a little early or late", () => {
    const ring = new LevelRing();
    ring.push([0.1, 0.1], 1002);
    ring.push([0.2, 0.2], 1005);
    ring.push([0.3, 0.3], 1005);
    expect(levels(ring, 1000, 1006)).toEqual([10, 10, 20, 20, 30, 30]);
    expect(ring.end).toBe(1006);
  });

  test("leaves a gap where nothing came", () => {
    const ring = new LevelRing();
    ring.push([0.5], 1001);
    ring.push([0.5], 1011);
    expect(levels(ring, 1000, 1011)).toEqual([50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50]);
  });

  test("forgets what is older than half a minute, however long nothing came", () => {
    const ring = new LevelRing();
    for (let slot = 0; slot < SLOTS + 10; slot++) ring.push([1], 5000 + slot + 1);
    expect(ring.at(5009)).toBe(0);
    expect(ring.at(5010)).toBe(1);
    ring.push([1], 5000 + 9 * SLOTS);
    expect(levels(ring, 5000 + 8 * SLOTS, 4999 + 9 * SLOTS).every((level) => level === 0)).toBe(
      true,
    );
  });

  test("takes no level for more than it can be", () => {
    const ring = new LevelRing();
    ring.push([7, -1, Number.NaN], 1003);
    expect(levels(ring, 1000, 1003)).toEqual([100, 0, 0]);
  });
});
