import { describe, expect, test } from "bun:test";
import { pageModule } from "../../../support/page_module.ts";
import { purityDb, sine } from "./sine.ts";

interface CaptureFramer {
  push(input: Float32Array): Int16Array[];
}

const { CaptureFramer } = await pageModule<{
  readonly CaptureFramer: new (from: number, to: number) => CaptureFramer;
}>("phone/capture_framer.js");

/** What a microphone of this rate makes of a tone, in the pieces that a worklet gets. */
function* captured(frequency: number, sampleRate: number, seconds: number, piece = 128) {
  const whole = Float32Array.from(sine(frequency, sampleRate, seconds), (value) => value / 32_768);
  for (let from = 0; from < whole.length; from += piece) yield whole.slice(from, from + piece);
}

function framed(frequency: number, from: number, to: number, seconds = 1): Int16Array[] {
  const framer = new CaptureFramer(from, to);
  return [...captured(frequency, from, seconds)].flatMap((piece) => framer.push(piece));
}

function rms(sound: Int16Array): number {
  return Math.sqrt(sound.reduce((sum, value) => sum + value ** 2, 0) / sound.length);
}

/** All but the first frame, in which the filter fills. */
function settled(frames: Int16Array[]): Int16Array {
  return Int16Array.from(frames.slice(1).flatMap((frame) => [...frame]));
}

describe("CaptureFramer", () => {
  test.each(
    [
      [44_100, 24_000],
      [48_000, 24_000],
      [48_000, 16_000],
      [16_000, 24_000],
      [24_000, 24_000],
      [96_000, 24_000],
    ] as const,
  )("makes frames of 20 ms, of %d Hz for %d", (from, to) => {
    const frames = framed(1000, from, to);
    // The 50th waits for what the filter needs of the sound after it.
    expect(frames.length).toBe(49);
    expect(new Set(frames.map((frame) => frame.length))).toEqual(new Set([to / 50]));
  });

  test.each(
    [
      [44_100, 24_000, 480],
      [44_100, 24_000, 9000],
      [48_000, 16_000, 6000],
      [16_000, 24_000, 3000],
    ] as const,
  )("keeps a tone, from %d Hz to %d, of %d Hz", (from, to, frequency) => {
    const sound = settled(framed(frequency, from, to));
    expect(purityDb(sound, frequency, to)).toBeGreaterThan(60);
    expect(Math.abs(20 * Math.log10(rms(sound) / (16_000 / Math.SQRT2)))).toBeLessThan(0.1);
  });

  test("lets nothing through that the call's rate would fold", () => {
    for (const frequency of [8200, 11_000, 15_000, 20_000]) {
      expect(rms(settled(framed(frequency, 48_000, 16_000)))).toBeLessThan(16_000 / 1000);
    }
  });

  test("makes the same of large pieces as of small ones", () => {
    const made = [1, 128, 441, 5000, 44_100].map((piece) => {
      const framer = new CaptureFramer(44_100, 24_000);
      return [...captured(700, 44_100, 1, piece)].flatMap((part) => framer.push(part));
    });
    for (const other of made) expect(other).toEqual(made[0]);
  });

  test("makes the loudest of what is louder than full scale", () => {
    const framer = new CaptureFramer(24_000, 24_000);
    const [, frame] = framer.push(new Float32Array(2400).fill(3));
    expect(frame[100]).toBe(32_767);
  });
});
