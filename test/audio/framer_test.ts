import { describe, expect, test } from "bun:test";
import { concatSamples, Framer } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";

describe("Framer", () => {
  test("gives every sample once, in order, in frames of the size, however it is pushed", () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 200; round++) {
      const size = 1 + (random.uint32() % 50);
      const all = Int16Array.from({ length: random.uint32() % 1000 }, () => random.uint32());
      const framer = new Framer(size);
      const frames: Int16Array[] = [];
      for (let position = 0; position < all.length;) {
        const end = position + (random.uint32() % 120);
        frames.push(...framer.push(all.slice(position, end)));
        position = end;
        expect(framer.pending).toBe(Math.min(end, all.length) % size);
      }
      expect(frames.every((frame) => frame.length === size)).toBe(true);
      expect(concatSamples([...frames, framer.drain()])).toEqual(all);
    }
  });

  test("flush fills up with silence, and only once", () => {
    const framer = new Framer(4);
    framer.push(Int16Array.of(1, 2, 3, 4, 5));
    expect(framer.flush()).toEqual(Int16Array.of(5, 0, 0, 0));
    expect(framer.flush()).toBeUndefined();
    expect(framer.pending).toBe(0);
  });

  test("drain leaves nothing of the old samples for the next flush", () => {
    const framer = new Framer(4);
    framer.push(Int16Array.of(1, 2, 3));
    expect(framer.drain()).toEqual(Int16Array.of(1, 2, 3));
    framer.push(Int16Array.of(9));
    expect(framer.flush()).toEqual(Int16Array.of(9, 0, 0, 0));
  });

  test("never writes to a frame that it gave away", () => {
    const framer = new Framer(2);
    const [first] = framer.push(Int16Array.of(1, 2, 3));
    framer.push(Int16Array.of(4, 5));
    framer.flush();
    expect(first).toEqual(Int16Array.of(1, 2));
  });

  test("passes a whole frame without copying it", () => {
    const samples = new Int16Array(160);
    expect(new Framer(160).push(samples)[0]).toBe(samples);
  });

  test.each([[0], [-1], [1.5], [NaN]])("refuses the size %d", (size) => {
    expect(() => new Framer(size)).toThrow(`current value is ${size}`);
  });
});
