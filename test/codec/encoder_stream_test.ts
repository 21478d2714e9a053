import { describe, expect, test } from "bun:test";
import { EncoderStream, G711 } from "../../src/codec/mod.ts";

describe("EncoderStream", () => {
  test("sound at another rate ends the chain with the reason", async () => {
    const { readable, writable } = new EncoderStream(new G711("PCMA"));
    const writer = writable.getWriter();
    const frame = { sampleRate: 16000, samples: new Int16Array(320), timestamp: 0 };
    const written = writer.write(frame).catch((error: unknown) => error);
    const read = readable.getReader().read().catch((error: unknown) => error);
    expect(await written).toBeInstanceOf(RangeError);
    expect(await read).toBeInstanceOf(RangeError);
    await writer.closed.catch(() => {});
  });

  test("the last words leave when the stream closes", async () => {
    const { readable, writable } = new EncoderStream(new G711("PCMA"));
    const writer = writable.getWriter();
    void writer.write({ sampleRate: 8000, samples: new Int16Array(170), timestamp: 0 });
    void writer.close();
    const packets = await Array.fromAsync(readable);
    expect(packets.map(({ payload, timestamp }) => [payload.length, timestamp])).toEqual([
      [160, 0],
      [160, 160],
    ]);
  });
});
