import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { concatSamples } from "../../src/audio/mod.ts";
import { DecoderStream, EncoderStream, G711 } from "../../src/codec/mod.ts";
import { speech } from "../support/speech.ts";

const codec = new G711("PCMA");

describe("EncoderStream and DecoderStream", () => {
  test("speech in frames of any length comes out of the chain as 20 ms frames of the same sound", async () => {
    const sound = speech(2, 2);
    const frames: AudioFrame[] = [];
    for (let position = 0; position < sound.length; position += 171) {
      const samples = sound.slice(position, position + 171);
      frames.push({ sampleRate: 8000, samples, timestamp: position });
    }
    const heard = await Array.fromAsync(
      readable(frames)
        .pipeThrough(new EncoderStream(codec))
        .pipeThrough(new DecoderStream(codec)),
    );
    expect(heard.length).toBe(100);
    expect(concatSamples(heard.map((frame) => frame.samples))).toEqual(
      codec.decode(codec.encode(sound)),
    );
  });

  test("sound at another rate ends the chain with the reason", async () => {
    const frames = [{ sampleRate: 16000, samples: new Int16Array(320), timestamp: 0 }];
    const chain = readable(frames).pipeThrough(new EncoderStream(codec));
    const error = await Array.fromAsync(chain).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RangeError);
  });
});

function readable<T>(items: readonly T[]): ReadableStream<T> {
  const rest = [...items];
  return new ReadableStream({
    pull(controller) {
      const item = rest.shift();
      if (item === undefined) controller.close();
      else controller.enqueue(item);
    },
  });
}
