import { describe, expect, test } from "bun:test";
import type { AudioFrame } from "../../src/audio/mod.ts";
import { concatSamples } from "../../src/audio/mod.ts";
import { DecoderStream, EncoderStream, G711 } from "../../src/codec/mod.ts";
import { speech } from "../support/speech.ts";

const codec = new G711("PCMA");

describe("DecoderStream", () => {
  test("gives back, in frames of 20 ms, the speech that EncoderStream took in frames of any length", async () => {
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
