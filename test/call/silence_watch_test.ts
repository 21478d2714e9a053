import { describe, expect, test } from "bun:test";
import { SilenceWatch } from "../../src/call/silence_watch.ts";
import { VirtualClock } from "../../src/clock/mod.ts";

function watch() {
  const clock = new VirtualClock();
  const told: number[] = [];
  const line = { packets: 0 };
  const silence = new SilenceWatch(clock, {
    heard: () => line.packets,
    onSilence: () => void told.push(clock.now()),
    silenceMs: 1000,
  });
  return { clock, told, line, silence };
}

describe("SilenceWatch", () => {
  test("says nothing while packets come, however few", async () => {
    const { clock, told, line } = watch();
    for (let i = 0; i < 10; i++) {
      line.packets++;
      await clock.advance(1000);
    }
    expect(told).toEqual([]);
  });

  test("tells of silence again and again, until packets come", async () => {
    const { clock, told, line } = watch();
    line.packets++;
    await clock.advance(3500);
    expect(told).toEqual([2000, 3000]);
    line.packets++;
    await clock.advance(500);
    expect(told).toEqual([2000, 3000]);
  });

  test("tells of a line on which nothing ever came", async () => {
    const { clock, told } = watch();
    await clock.advance(1000);
    expect(told).toEqual([1000]);
  });

  test("leaves no timer behind", () => {
    const { clock, silence } = watch();
    silence.stop();
    expect(clock.pending).toBe(0);
  });
});
