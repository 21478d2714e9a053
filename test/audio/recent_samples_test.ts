import { describe, expect, test } from "bun:test";
import { RecentSamples } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";

describe("RecentSamples", () => {
  test("keep what was asked for, whatever was pushed and forgotten", () => {
    const random = new SeededRandom(7);
    const recent = new RecentSamples();
    let kept: number[] = [];
    let next = 0;
    for (let round = 0; round < 3000; round++) {
      const piece = Array.from({ length: random.uint32() % 500 }, () => next++ & 0x7fff);
      recent.push(Int16Array.from(piece));
      kept.push(...piece);
      const what = random.uint32() % 10;
      if (what < 5) {
        const count = random.uint32() % 3000;
        recent.keep(count);
        kept = count === 0 ? [] : kept.slice(-count);
      } else if (what === 5) {
        expect([...recent.takeAll()]).toEqual(kept);
        kept = [];
      }
      expect([recent.length, recent.position]).toEqual([kept.length, next]);
      const count = random.uint32() % 600;
      expect([...recent.newest(count)]).toEqual(count === 0 ? [] : kept.slice(-count));
      const from = next - (random.uint32() % 4000);
      const to = from + random.uint32() % 1000;
      const first = next - kept.length;
      expect([...recent.between(from, to)])
        .toEqual(kept.slice(Math.max(0, from - first), Math.max(0, to - first)));
    }
    expect([...recent.newest()]).toEqual(kept);
  });

  test("copy what they take and give", () => {
    const recent = new RecentSamples();
    const piece = Int16Array.of(1, 2, 3);
    recent.push(piece);
    piece.fill(9);
    const newest = recent.newest();
    recent.push(Int16Array.of(4));
    newest.fill(9);
    expect([...recent.between(0, 9)]).toEqual([1, 2, 3, 4]);
  });

  test("take room for what is kept, and not for all that ever came", () => {
    const recent = new RecentSamples();
    for (let i = 0; i < 1000; i++) recent.push(new Int16Array(320));
    for (let i = 0; i < 2000; i++) {
      recent.push(new Int16Array(320));
      recent.keep(8000);
    }
    expect(recent.takeAll().buffer.byteLength).toBeLessThan(2 * 8000 * 2);
    const small = new RecentSamples();
    small.push(new Int16Array(160));
    const { buffer } = small.takeAll();
    for (let i = 0; i < 1000; i++) {
      small.push(new Int16Array(160));
      small.keep(160);
    }
    expect(small.takeAll().buffer).toBe(buffer);
  });
});
