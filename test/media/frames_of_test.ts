import { describe, expect, test } from "bun:test";
import { framesOf } from "../../src/media/mod.ts";

async function some(stream: ReadableStream<{ samples: Int16Array }>, count: number) {
  const reader = stream.getReader();
  const frames: Int16Array[] = [];
  while (frames.length < count) {
    const { value, done } = await reader.read();
    if (done) break;
    frames.push(value.samples);
  }
  return frames;
}

const ones = { samples: new Int16Array(200).fill(1), sampleRate: 8000 };

describe("framesOf", () => {
  test("cuts into frames of 20 ms, and follows with 200 ms of silence", async () => {
    const frames = await some(framesOf([ones]), 100);
    expect(frames.map(({ length }) => length)).toEqual(Array(12).fill(160));
    expect(frames[1].filter((one) => one === 1)).toHaveLength(40);
    expect(frames.slice(2).every((samples) => samples.every((one) => one === 0))).toBe(true);
  });

  test("joins parts of one rate without a seam, and begins a frame where the rate changes", async () => {
    const wide = { samples: new Int16Array(320).fill(2), sampleRate: 16_000 };
    const frames = await some(framesOf([ones, ones, wide]), 100);
    expect(frames.map(({ length }) => length).slice(0, 4)).toEqual([160, 160, 160, 320]);
    expect(frames[1].every((one) => one === 1)).toBe(true);
    expect(frames[2].filter((one) => one === 1)).toHaveLength(80);
    expect(frames).toHaveLength(4 + 10);
  });

  test("begins anew for ever, with sound of its own each time", async () => {
    const whole = { samples: new Int16Array(160).fill(5), sampleRate: 8000 };
    const frames = await some(framesOf([whole], { loop: true }), 50);
    expect(frames).toHaveLength(50);
    frames[0].fill(0);
    expect(frames[1][0]).toBe(5);
    expect(whole.samples[0]).toBe(5);
  });

  test("says at once what is no sound, where a stream would only end too soon", () => {
    const floats = { samples: new Float32Array(160), sampleRate: 8000 } as never;
    expect(() => framesOf([floats])).toThrow("Cannot play speech");
    expect(() => framesOf([{ samples: new Int16Array(9), sampleRate: 44 }])).toThrow(RangeError);
  });

  test("does not go round and round on nothing", async () => {
    const nothing = { samples: new Int16Array(), sampleRate: 8000 };
    expect(await some(framesOf([nothing], { loop: true }), 100)).toHaveLength(10);
    expect(await some(framesOf([]), 100)).toHaveLength(10);
  });
});
