import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { loadResampler, ResampleStream } from "../../src/resample/mod.ts";
import { loadedSpeex } from "../../src/resample/speex.ts";

function frame(k: number, sampleRate = 8000): AudioFrame {
  const size = sampleRate / 50;
  return { sampleRate, samples: new Int16Array(size).fill(1000), timestamp: k * size };
}

function endless(): ReadableStream<AudioFrame> {
  let k = 0;
  return new ReadableStream({ pull: (controller) => controller.enqueue(frame(k++)) });
}

describe("ResampleStream", () => {
  test("a chain put together before anything is loaded carries all its frames there and back", async () => {
    const source = new ReadableStream<AudioFrame>({
      start(controller) {
        for (let k = 0; k < 10; k++) controller.enqueue(frame(k));
        controller.close();
      },
    });
    const chain = source
      .pipeThrough(new ResampleStream({ from: 8000, to: 48000 }))
      .pipeThrough(new ResampleStream({ from: 48000, to: 16000 }))
      .pipeThrough(new ResampleStream({ from: 16000, to: 8000 }));
    const heard = await Array.fromAsync(chain);
    // Each stage gives one frame more at its end, with what its filter held.
    expect(heard.map(({ timestamp, samples }) => [timestamp, samples.length])).toEqual(
      Array.from({ length: 13 }, (_, k) => [k * 160, 160]),
    );
    expect(heard[5].samples.every((sample) => Math.abs(sample - 1000) < 3)).toBe(true);
  });

  test("a frame of the wrong rate ends the chain with the reason", async () => {
    const chain = endless().pipeThrough(new ResampleStream({ from: 16000, to: 8000 }));
    const error = await Array.fromAsync(chain).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RangeError);
  });

  test("frees its memory however it ends: closed, cancelled, aborted or in error", async () => {
    await loadResampler();
    type Reader = ReadableStreamDefaultReader<AudioFrame>;
    type Writer = WritableStreamDefaultWriter<AudioFrame>;
    const ends: readonly ((reader: Reader, writer: Writer) => Promise<unknown>)[] = [
      (reader) => reader.cancel(),
      (_, writer) => writer.abort(),
      (reader, writer) => Promise.all([writer.write(frame(0, 16000)), reader.read()]),
      (reader, writer) => Promise.all([writer.close(), reader.read(), reader.read()]),
    ];
    const churn = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const { readable, writable } = new ResampleStream({ from: 44100, to: 16000 });
        const [reader, writer] = [readable.getReader(), writable.getWriter()];
        writer.closed.catch(() => {});
        reader.closed.catch(() => {});
        await Promise.all([writer.write(frame(0, 44100)), reader.read()]);
        await ends[i % 4](reader, writer).catch(() => {});
      }
    };
    // All but 4 MB of the heap is taken: what a single way to end would leave is 750 times 9 kB.
    const { speex } = loadedSpeex();
    const hog = speex._malloc(speex.HEAPU32.byteLength - 4e6);
    const before = speex.HEAPU32.byteLength;
    await churn(3000);
    const after = speex.HEAPU32.byteLength;
    speex._free(hog);
    expect(after).toBe(before);
  }, 60_000);
});
