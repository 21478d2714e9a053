import { describe, expect, test } from "bun:test";
import { frameSamples, msIn, samplesIn } from "../../src/audio/mod.ts";

describe("durations", () => {
  test.each([
    [8000, 160],
    [11025, 221],
    [16000, 320],
    [22050, 441],
    [24000, 480],
    [44100, 882],
    [48000, 960],
  ])("a frame at %d Hz has %d samples", (sampleRate, samples) => {
    expect(frameSamples(sampleRate)).toBe(samples);
  });

  test("samplesIn rounds to the nearest sample and msIn keeps fractions", () => {
    expect(samplesIn(0.06, 8000)).toBe(0);
    expect(samplesIn(0.07, 8000)).toBe(1);
    expect(msIn(1, 8000)).toBe(0.125);
    expect(msIn(samplesIn(1000, 44100), 44100)).toBe(1000);
  });
});
