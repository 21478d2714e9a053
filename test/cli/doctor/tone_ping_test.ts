import { describe, expect, test } from "bun:test";
import { TonePing } from "../../../src/cli/doctor/tone_ping.ts";

/** Runs it for `ms` on a line that gives each frame back after `lateFrames`, as `spoil` changes it. */
function ping(
  ms: number,
  lateFrames: number,
  spoil: (frame: Int16Array) => Int16Array = (frame) => frame,
): TonePing {
  const one = new TonePing(8000);
  const line: Int16Array[] = Array.from({ length: lateFrames }, () => new Int16Array(160));
  for (let at = 0; at < ms; at += 20) {
    one.hear(spoil(line.shift()!), at);
    line.push(one.next(at));
  }
  return one;
}

describe("TonePing", () => {
  test.each([[1, 20], [3, 60], [20, 400]])("on a line of %d frames takes %d ms", (late, ms) => {
    const { trips, sent } = ping(3000, late).result();
    expect(sent).toBe(5);
    expect(trips.length).toBeGreaterThan(3);
    for (const trip of trips) expect(trip).toBe(ms);
  });

  test("does not take noise, silence or a voice for its tone", () => {
    let seed = 7;
    const noise = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5;
    const spoils: ((frame: Int16Array) => Int16Array)[] = [
      () => new Int16Array(160),
      () => Int16Array.from({ length: 160 }, () => 600 * noise()),
      () => Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin(2 * Math.PI * 0.05 * i)),
    ];
    for (const spoil of spoils) expect(ping(3000, 2, spoil).result().trips).toEqual([]);
  });

  test("hears a tone that was made 20 dB quieter, and tells the loudest", () => {
    const { trips, loudestDb } = ping(3000, 2, (frame) => frame.map((s) => s / 10)).result();
    expect(trips.length).toBeGreaterThan(3);
    expect(loudestDb).toBeGreaterThan(-36);
    expect(loudestDb).toBeLessThan(-30);
  });

  test("counts packets, and nothing that was made up", () => {
    const one = new TonePing(8000);
    one.hear(new Int16Array(160), 0, true);
    one.hear(new Int16Array(160), 20);
    expect(one.result().packets).toBe(1);
  });
});
