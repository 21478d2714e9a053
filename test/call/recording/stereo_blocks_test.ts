import { describe, expect, test } from "bun:test";
import { LEFT, RIGHT, StereoBlocks } from "../../../src/call/mod.ts";

const ones = (count: number, value = 1) => new Int16Array(count).fill(value);

describe("StereoBlocks", () => {
  test("gives each block once, in order, when time has passed it", () => {
    const blocks = new StereoBlocks({ blockFrames: 10 });
    blocks.put(LEFT, 3, ones(12));
    blocks.advance(25);
    expect(blocks.take(9)).toBe(undefined);
    const [first, second] = [blocks.take(25)!, blocks.take(25)!];
    expect(first.position).toBe(0);
    expect([...first.samples]).toEqual([..."00000010101010101010"].map(Number));
    expect(second.position).toBe(10);
    expect([...second.samples]).toEqual([..."10101010100000000000"].map(Number));
    expect(blocks.take(25)).toBe(undefined);
  });

  test("gives a block again when sound for it was late", () => {
    const blocks = new StereoBlocks({ blockFrames: 10 });
    blocks.advance(20);
    blocks.take(20);
    blocks.take(20);
    blocks.put(RIGHT, 5, ones(1, 7));
    expect(blocks.isReady(20)).toBe(true);
    expect([...blocks.take(20)!.samples]).toEqual([..."00000000000700000000"].map(Number));
    expect(blocks.isReady(20)).toBe(false);
  });

  test("gives the last block as far as time has come", () => {
    const blocks = new StereoBlocks({ blockFrames: 10 });
    blocks.advance(13);
    blocks.put(LEFT, 12, ones(3));
    expect(blocks.take(Infinity)?.samples).toHaveLength(20);
    expect(blocks.take(Infinity)?.samples).toHaveLength(6);
    expect(blocks.take(Infinity)).toBe(undefined);
  });

  test("drops what is before its beginning, or long written", () => {
    const blocks = new StereoBlocks({ blockFrames: 10, kept: 2 });
    blocks.put(LEFT, -4, ones(10));
    expect(blocks.misplaced).toBe(4);
    blocks.advance(10);
    expect([...blocks.take(10)!.samples]).toEqual([..."10101010101000000000"].map(Number));
    blocks.advance(50);
    blocks.put(LEFT, 0, ones(10));
    expect(blocks.misplaced).toBe(14);
  });

  test("gives up the oldest when too many wait, and counts it unless it was silence", () => {
    const blocks = new StereoBlocks({ blockFrames: 10, waiting: 3 });
    blocks.put(LEFT, 0, ones(20));
    blocks.advance(60);
    expect(blocks.lost).toBe(20);
    expect(blocks.take(60)?.position).toBe(30);
    blocks.advance(10_000);
    expect(blocks.lost).toBe(20);
  });

  test("gives a piece again that was given back, or counts it when it is too old by then", () => {
    const blocks = new StereoBlocks({ blockFrames: 10, kept: 2, waiting: 2 });
    blocks.put(LEFT, 0, ones(10));
    blocks.advance(20);
    const piece = blocks.take(20)!;
    blocks.giveBack(piece);
    expect(blocks.take(20)).toEqual(piece);
    blocks.advance(60);
    blocks.giveBack(piece);
    expect(blocks.lost).toBe(10);
  });

  test("drops what is far ahead of time", () => {
    const blocks = new StereoBlocks({ blockFrames: 10 });
    blocks.advance(5);
    blocks.put(LEFT, 1_000_000_000, ones(10));
    expect(blocks.misplaced).toBe(10);
    blocks.put(LEFT, 8, ones(4));
    expect(blocks.misplaced).toBe(10);
  });
});
