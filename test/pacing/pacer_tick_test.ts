import { describe, expect, test } from "bun:test";
import { frame, rig } from "./rig.ts";

describe("Pacer.onTick", () => {
  test("says when what leaves next is due, whatever was sent, skipped or sent ahead", async () => {
    const told: [number, number][] = [];
    const { clock, pacer, mediaTime } = rig({
      onTick: (nextAt) => void told.push([nextAt, mediaTime()]),
    });
    void pacer.push(frame(1));
    void pacer.push(frame(2, { duration: 320, payload: new Uint8Array(320) }));
    await clock.advance(60);
    pacer.pause();
    await clock.advance(40);
    pacer.resume();
    clock.stall(70);
    await clock.advance(30);
    pacer.stop();
    // Time by the clock and by what left is the same at each of them: 8 ticks a millisecond.
    expect(told.map(([nextAt, ticks]) => nextAt - ticks / 8)).toEqual(told.map(() => 20));
    expect(told.at(-1)?.[0]).toBe(220);
    expect(told).toHaveLength(8);
  });
});
