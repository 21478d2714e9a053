import { describe, expect, test } from "bun:test";
import { StereoSound } from "../../../src/call/mod.ts";

/** Both channels of all that a finished sound has. */
function channelsOf(sound: StereoSound): [number[], number[]] {
  const channels: [number[], number[]] = [[], []];
  for (let piece = sound.take(); piece !== undefined; piece = sound.take()) {
    piece.samples.forEach((sample, n) => channels[n & 1].push(sample));
  }
  return channels;
}

describe("StereoSound", () => {
  test("lays sound of 16 kHz by a clock of 48 kHz to the sample, as Opus has it", () => {
    const sound = new StereoSound({ sampleRate: 16_000, clockRate: 48_000 });
    const click = (at: number) => new Int16Array(320).fill(1000, at, at + 1);
    for (let n = 0; n < 100; n++) {
      sound.sent(n % 10 === 0 ? click(7) : undefined, 960);
      sound.ticked(20 * (n + 1));
      // An odd beginning, which is no multiple of three.
      const origin = { epoch: 1, position: 100_001 + 960 * n, receivedAt: 20 * (n + 1) };
      sound.heard(n % 10 === 0 ? click(5) : new Int16Array(320), origin);
    }
    sound.finish();
    const [left, right] = channelsOf(sound);
    expect(left).toHaveLength(32_000);
    const places = (channel: number[]) => [...channel.keys()].filter((n) => channel[n] === 1000);
    expect(places(right)).toEqual(Array.from({ length: 10 }, (_, n) => 3200 * n + 7));
    expect(places(left)).toEqual(Array.from({ length: 10 }, (_, n) => 3200 * n + 5));
  });

  test("takes packets of 30 ms and of 10 as they are", () => {
    const sound = new StereoSound({ sampleRate: 8000, clockRate: 8000 });
    let position = 0;
    for (let n = 0; n < 40; n++) {
      const length = n % 2 === 0 ? 240 : 80;
      sound.sent(new Int16Array(length).fill(n + 1), length);
      sound.ticked((position + length) / 8);
      const origin = { epoch: 1, position, receivedAt: (position + length) / 8 };
      sound.heard(new Int16Array(length).fill(-n - 1), origin);
      position += length;
    }
    sound.finish();
    const [left, right] = channelsOf(sound);
    expect(right).toHaveLength(6400);
    expect(left).toEqual(right.map((sample) => -sample));
  });

  test("puts what was late over what was made up in its place, and has it written again", () => {
    const sound = new StereoSound({ sampleRate: 8000, clockRate: 8000 });
    const from = (n: number) => ({ epoch: 1, position: 160 * n });
    for (let n = 0; n < 60; n++) {
      sound.sent(undefined, 160);
      sound.ticked(20 * (n + 1));
      const samples = new Int16Array(160).fill(n === 40 ? 1 : 5);
      const { length } = samples;
      if (n === 40) sound.heard(samples, from(n));
      else sound.heard(samples, { ...from(n), receivedAt: (length * (n + 1)) / 8 });
    }
    const written: number[] = [];
    for (let piece = sound.take(); piece !== undefined; piece = sound.take()) {
      written.push(piece.position);
    }
    expect(written).toEqual([0, 4000]);
    sound.heard(new Int16Array(160).fill(5), { ...from(40), receivedAt: 1300 });
    const again = sound.take();
    expect(again?.position).toBe(4000);
    expect(again?.samples.filter((_, n) => n % 2 === 0).every((sample) => sample === 5)).toBe(true);
  });

  test("hears nothing when it is finished", () => {
    const sound = new StereoSound({ sampleRate: 8000, clockRate: 8000 });
    sound.sent(new Int16Array(160).fill(1), 160);
    sound.finish();
    sound.sent(new Int16Array(160).fill(1), 160);
    sound.ticked(1000);
    sound.heard(new Int16Array(160), { epoch: 1, position: 0, receivedAt: 20 });
    expect(sound.end).toBe(160);
    expect(channelsOf(sound)[1]).toEqual(Array(160).fill(1));
  });
});
