import { describe, expect, test } from "bun:test";
import { RecentSound } from "../../src/turn/recent_sound.ts";

describe("RecentSound", () => {
  test("forgets frames whose buffer somebody further on has given away", () => {
    const recent = new RecentSound();
    for (let i = 0; i < 100; i++) {
      const samples = new Int16Array(160);
      recent.push({ sampleRate: 8000, samples, timestamp: 0 }, 100);
      structuredClone(samples.buffer, { transfer: [samples.buffer] });
    }
    const samples = Int16Array.of(1);
    for (let i = 0; i < 10; i++) recent.push({ sampleRate: 8000, samples, timestamp: 0 }, 1);
    expect([...recent.snapshot()()]).toEqual(Array(8).fill(1));
  });
});
