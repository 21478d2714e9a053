import { describe, expect, test } from "bun:test";
import { ByteSlab } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";

describe("ByteSlab", () => {
  test("hands no byte out twice, whatever lengths are taken", () => {
    const random = new SeededRandom(3);
    const slab = new ByteSlab(512);
    const taken = Array.from({ length: 500 }, (_, i) => slab.take(random.uint32() % 300).fill(i));
    for (const [i, bytes] of taken.entries()) {
      expect(bytes.every((byte) => byte === (i & 0xff))).toBe(true);
    }
    const buffers = new Set(taken.map(({ buffer }) => buffer)).size;
    expect(buffers < 250).toBe(!("Bun" in globalThis));
  });

  test("gives what is longer than a whole a buffer of its own", () => {
    const slab = new ByteSlab(16);
    expect(slab.take(1000)).toHaveLength(1000);
    expect(slab.take(4)).toHaveLength(4);
    expect(slab.take(0)).toHaveLength(0);
  });

  test("takes of what was looked at as much as was filled", () => {
    const slab = new ByteSlab(100);
    for (let i = 0; i < 20; i++) {
      slab.peek(60).fill(i);
      expect([...slab.take(7)]).toEqual(new Array(7).fill(i));
    }
  });
});
