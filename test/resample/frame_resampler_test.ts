import { beforeAll, describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { concatSamples, tone } from "../../src/audio/mod.ts";
import { FrameResampler, loadResampler, Resampler } from "../../src/resample/mod.ts";

beforeAll(loadResampler);

function framesOf(sampleRate: number, durationMs: number, marks: Partial<AudioFrame> = {}) {
  const sound = tone([1000], durationMs, { sampleRate });
  const size = sampleRate / 50;
  return Array.from({ length: sound.length / size }, (_, k): AudioFrame => ({
    sampleRate,
    samples: sound.slice(k * size, (k + 1) * size),
    timestamp: k * size,
    ...marks,
  }));
}

/** Each frame's place, length, rate and turn. */
function shape(frames: readonly AudioFrame[]): unknown[] {
  return frames.map(({ timestamp, samples, sampleRate, turn }) => [
    timestamp,
    samples.length,
    sampleRate,
    ...(turn === undefined ? [] : [turn]),
  ]);
}

describe("FrameResampler", () => {
  test("gives one frame for one, with all its marks", () => {
    const resampler = new FrameResampler({ from: 8000, to: 16000 });
    const marks = { concealed: true, speech: true, turn: 4, endOfTurn: true, text: "Hello" };
    const [frame] = resampler.push({
      sampleRate: 8000,
      samples: new Int16Array(160),
      timestamp: 0,
      ...marks,
    });
    const samples = new Int16Array(320);
    expect(frame).toEqual({ sampleRate: 16000, samples, timestamp: 0, ...marks });
    resampler.close();
  });

  test("the frames tile from the place of the first, and hold the sound of the Resampler", () => {
    const resampler = new FrameResampler({ from: 8000, to: 24000 });
    const frames = framesOf(8000, 100).map((frame) => ({
      ...frame,
      timestamp: frame.timestamp + 800,
    }));
    const heard = [...frames.flatMap((frame) => resampler.push(frame)), ...resampler.flush()];
    expect(shape(heard)).toEqual(
      [0, 1, 2, 3, 4, 5].map((k) => [2400 + k * 480, 480, 24000]),
    );
    const plain = new Resampler(8000, 24000);
    const sound = concatSamples([plain.push(concatSamples(frames.map((frame) => frame.samples)))]);
    const rest = plain.flush();
    plain.close();
    const silence = new Int16Array(480 - rest.length);
    expect(concatSamples(heard.map((frame) => frame.samples))).toEqual(
      concatSamples([sound, rest, silence]),
    );
    expect(resampler.flush()).toEqual([]);
  });

  test("frames of odd lengths lose no sample and no words, even when they give no sound yet", () => {
    const resampler = new FrameResampler({ to: 8000 });
    const frames = Array.from({ length: 60 }, (_, k) =>
      resampler.push({
        sampleRate: 48000,
        samples: new Int16Array(1 + k % 4),
        timestamp: 0,
        text: String(k),
      })[0]);
    expect(frames.map((frame) => frame.text)).toEqual(frames.map((_, k) => String(k)));
    expect(frames.some((frame) => frame.samples.length === 0)).toBe(true);
    const length = frames.reduce((sum, frame) => sum + frame.samples.length, 0);
    expect(length).toBe(150 / 6);
    expect(frames.map((frame) => frame.timestamp)).toEqual(
      frames.map((_, k) =>
        frames.slice(0, k).reduce((sum, frame) => sum + frame.samples.length, 0)
      ),
    );
    resampler.close();
  });

  test("a frame that has the rate already passes as it is, and nothing is left at the end", () => {
    const resampler = new FrameResampler({ to: 8000 });
    const frames = framesOf(8000, 60);
    expect(frames.flatMap((frame) => resampler.push(frame)).every((f, k) => f === frames[k])).toBe(
      true,
    );
    expect(resampler.flush()).toEqual([]);
  });

  test("a voice that changes its rate goes on without a gap, after the rest of what it said before", () => {
    const resampler = new FrameResampler({ to: 8000 });
    const heard = [
      ...framesOf(24000, 40, { turn: 1 }),
      ...framesOf(22050, 40, { turn: 1 }),
      ...framesOf(8000, 40, { turn: 1 }),
      ...framesOf(16000, 20, { turn: 1 }),
    ].flatMap((frame) => resampler.push(frame));
    heard.push(...resampler.flush());
    expect(shape(heard)).toEqual(
      Array.from({ length: 10 }, (_, k) => [k * 160, 160, 8000, 1]),
    );
  });

  test("holds to the rate it was promised", () => {
    const resampler = new FrameResampler({ from: 24000, to: 8000 });
    const [frame] = framesOf(16000, 20);
    expect(() => resampler.push(frame)).toThrow(
      "Cannot resample as a frame must have 24000 Hz: current value is 16000",
    );
    expect(() => new FrameResampler({ to: 96000 })).toThrow("current value is 96000");
    expect(() => new FrameResampler({ from: 1, to: 8000 })).toThrow("current value is 1");
  });

  test("a new turn begins without what the last one left in the filter", () => {
    const resampler = new FrameResampler({ to: 8000 });
    for (const frame of framesOf(16000, 100, { turn: 1 })) resampler.push(frame);
    const [first] = resampler.push({
      sampleRate: 16000,
      samples: new Int16Array(320),
      timestamp: 1600,
      turn: 2,
    });
    expect(first.samples).toEqual(new Int16Array(160));
    resampler.close();
  });

  test.each([
    [undefined, "undefined"],
    ["sound", "undefined"],
    [{ sampleRate: 8000, timestamp: 0, samples: new Float32Array(160) }, "Float32Array"],
    [{ sampleRate: 8000, timestamp: 0, samples: [1, 2] }, "Array"],
  ])("refuses what is no frame: %#", (frame, kind) => {
    const resampler = new FrameResampler({ to: 8000 });
    expect(() => resampler.push(frame as unknown as AudioFrame)).toThrow(
      `must be an Int16Array: current value is ${kind}`,
    );
  });
});
