import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../../src/clock/mod.ts";
import {
  INPUT,
  MEMORY,
  SileroBatcher,
  type SileroBatcherOptions,
  type SileroOutput,
} from "../../src/vad/silero.ts";
import { turnOfEvents } from "../support/wait.ts";

/** A model whose likelihood is a window's first sample, and which adds that to all it remembers. */
function scene(options: Partial<SileroBatcherOptions> = {}) {
  const clock = new VirtualClock();
  const batches: { at: number; memories: number[]; inputs: number[] }[] = [];
  const release: (() => void)[] = [];
  const control = { holds: false, throws: false, release };
  const model = {
    async run(inputs: Float32Array, state: Float32Array, count: number): Promise<SileroOutput> {
      expect([inputs.length, state.length]).toEqual([count * INPUT, 2 * count * MEMORY]);
      const first = Array.from({ length: count }, (_, i) => inputs[i * INPUT]);
      // Both vectors of a call, from their first to their last value, are of one call.
      const rows = Array.from({ length: 2 * count }, (_, i) => {
        const row = [...state.subarray(i * MEMORY, (i + 1) * MEMORY)];
        expect(new Set(row).size).toBe(1);
        return row[0];
      });
      expect(rows.slice(count)).toEqual(rows.slice(0, count).map((value) => 0 - value));
      batches.push({ at: clock.now(), memories: rows.slice(0, count), inputs: first });
      if (control.holds) await new Promise<void>((resolve) => release.push(resolve));
      if (control.throws) throw new Error("out of memory");
      const after = state.map((value, i) => {
        const row = Math.floor(i / MEMORY);
        return row < count ? value + first[row] : value - first[row - count];
      });
      return { likelihoods: Float32Array.from(first), state: after };
    },
  };
  return { clock, batches, control, batcher: new SileroBatcher(model, { clock, ...options }) };
}

function window(first: number): Float32Array {
  return new Float32Array(INPUT).fill(first);
}

describe("SileroBatcher", () => {
  test("judges a lone call at once", async () => {
    const { batcher, batches, clock } = scene();
    const call = batcher.join();
    expect(await call.judge(window(0.5))).toBe(0.5);
    expect(batches.map(({ at }) => at)).toEqual([0]);
    expect(clock.pending).toBe(0);
  });

  test("judges all calls by one inference as soon as every one has a window", async () => {
    const { batcher, batches, clock } = scene();
    const calls = Array.from({ length: 5 }, () => batcher.join());
    const judged = calls.map((call, i) => call.judge(window(i / 8)));
    expect(await Promise.all(judged)).toEqual([0, 0.125, 0.25, 0.375, 0.5]);
    expect(batches).toHaveLength(1);
    expect(clock.pending).toBe(0);
    expect(batcher.counters).toEqual({ batches: 1, windows: 5, failures: 0 });
  });

  test("waits for others no longer than the gathering time, and less with few calls", async () => {
    for (const [open, waitMs] of [[6, 1], [12, 2], [24, 4], [100, 4]]) {
      const { batcher, batches, clock } = scene();
      const calls = Array.from({ length: open }, () => batcher.join());
      void calls[0].judge(window(0.5));
      await clock.advance(waitMs - 0.01);
      void calls[1].judge(window(0.25));
      expect(batches).toHaveLength(0);
      await clock.advance(0.01);
      expect(batches).toEqual([{ at: waitMs, memories: [0, 0], inputs: [0.5, 0.25] }]);
    }
  });

  test("splits more than a batch, runs one after another, and starves none", async () => {
    const { batcher, batches, control } = scene({ maxBatch: 4 });
    control.holds = true;
    const calls = Array.from({ length: 10 }, () => batcher.join());
    const judged = calls.map((call, i) => call.judge(window(i / 16)));
    const sizes = [];
    while (control.release.length > 0) {
      expect(control.release).toHaveLength(1);
      sizes.push(batches.at(-1)!.inputs.length);
      control.release.shift()!();
      await turnOfEvents();
      // The last two have no full batch: they wait their time.
      if (sizes.length === 2) break;
    }
    expect(sizes).toEqual([4, 4]);
    expect(await Promise.all(judged.slice(0, 8))).toEqual(calls.slice(0, 8).map((_, i) => i / 16));
  });

  test("runs what came meanwhile when a batch is done", async () => {
    const { batcher, batches, control, clock } = scene({ maxBatch: 4 });
    control.holds = true;
    const calls = Array.from({ length: 6 }, () => batcher.join());
    for (const call of calls.slice(0, 4)) void call.judge(window(0.5));
    await clock.advance(1);
    for (const call of calls.slice(4)) void call.judge(window(0.25));
    await clock.advance(20);
    expect(batches).toHaveLength(1);
    control.release.shift()!();
    await clock.advance(4);
    expect(batches.map(({ inputs }) => inputs.length)).toEqual([4, 2]);
  });

  test("gives each call its own memory back, whatever company it was judged in", async () => {
    const { batcher, batches } = scene();
    const [a, b, c] = [batcher.join(), batcher.join(), batcher.join()];
    await Promise.all([a.judge(window(1)), b.judge(window(2)), c.judge(window(4))]);
    await Promise.all([c.judge(window(8)), a.judge(window(16)), b.judge(window(32))]);
    await Promise.all([b.judge(window(0)), c.judge(window(0)), a.judge(window(0))]);
    expect(batches.map(({ memories }) => memories)).toEqual([[0, 0, 0], [4, 1, 2], [34, 12, 17]]);
  });

  test("judges windows of one call in their order, each with what the one before left", async () => {
    const { batcher, batches } = scene();
    const call = batcher.join();
    const judged = [1, 2, 3].map((value) => call.judge(window(value)));
    expect(await Promise.all(judged)).toEqual([1, 2, 3]);
    expect(batches.map(({ memories }) => memories)).toEqual([[0], [1], [3]]);
  });

  test("rejects only what was in the batch that failed, and leaves its memory as it was", async () => {
    const { batcher, batches, control } = scene({ maxBatch: 2 });
    const calls = [batcher.join(), batcher.join()];
    await Promise.all(calls.map((call) => call.judge(window(1))));
    control.throws = true;
    const failed = await Promise.allSettled(calls.map((call) => call.judge(window(2))));
    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    control.throws = false;
    expect(await Promise.all(calls.map((call) => call.judge(window(4))))).toEqual([4, 4]);
    expect(batches.at(-1)!.memories).toEqual([1, 1]);
    expect(batcher.counters).toEqual({ batches: 2, windows: 4, failures: 1 });
  });

  test("does not wait for a call that is closed, and judges what it still asked 0", async () => {
    const { batcher, batches } = scene();
    const [stays, leaves, left] = [batcher.join(), batcher.join(), batcher.join()];
    const judged = [stays.judge(window(0.5)), leaves.judge(window(0.5))];
    leaves.close();
    leaves.close();
    left.close();
    expect(await Promise.all(judged)).toEqual([0.5, 0]);
    expect(batches.map(({ inputs }) => inputs)).toEqual([[0.5]]);
    expect(await leaves.judge(window(1))).toBe(0);
    expect(batcher.open).toBe(1);
  });

  test("goes on when a call is closed while its window is judged", async () => {
    const { batcher, control } = scene();
    const [stays, leaves] = [batcher.join(), batcher.join()];
    control.holds = true;
    const judged = [stays.judge(window(0.5)), leaves.judge(window(0.5)), leaves.judge(window(1))];
    leaves.close();
    control.holds = false;
    control.release.shift()!();
    expect(await Promise.all(judged)).toEqual([0.5, 0, 0]);
    expect(await stays.judge(window(0.25))).toBe(0.25);
  });

  test("refuses batches of nothing and time that runs back", () => {
    expect(() => scene({ maxBatch: 0 })).toThrow("current value is 0 and 4");
    expect(() => scene({ maxBatch: 1.5 })).toThrow("current value is 1.5 and 4");
    expect(() => scene({ gatherMs: -1 })).toThrow("current value is 24 and -1");
  });
});
