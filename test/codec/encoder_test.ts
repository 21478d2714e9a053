import { describe, expect, test } from "bun:test";
import type { AudioFrame, EncodedFrame } from "../../src/audio/mod.ts";
import { concatSamples } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { Encoder, L16 } from "../../src/codec/mod.ts";

const codec = new L16(8000);

function frame(length: number, marks: Partial<AudioFrame> = {}): AudioFrame {
  return { sampleRate: 8000, samples: new Int16Array(length).fill(1), timestamp: 0, ...marks };
}

/** What each packet says beside its sound, and how much of it is sound. */
function shape(packets: readonly EncodedFrame[]): unknown[] {
  return packets.map(({ payload, turn, text }) => [
    codec.decode(payload).filter((sample) => sample === 1).length,
    turn,
    text,
  ]);
}

describe("Encoder", () => {
  test("frames of any length become packets of 20 ms that tile", () => {
    const random = new SeededRandom(4);
    const encoder = new Encoder(codec);
    const sound = Int16Array.from({ length: 8000 }, () => random.uint32());
    const packets: EncodedFrame[] = [];
    for (let position = 0; position < sound.length;) {
      const end = position + (random.uint32() % 500);
      packets.push(...encoder.push(frame(0, { samples: sound.slice(position, end) })));
      position = end;
    }
    packets.push(...encoder.flush());
    expect(packets.map((packet) => packet.timestamp)).toEqual(packets.map((_, i) => i * 160));
    expect(packets.every(({ kind, duration }) => kind === "audio" && duration === 160)).toBe(true);
    expect(concatSamples(packets.map((packet) => codec.decode(packet.payload)))).toEqual(sound);
    expect("turn" in packets[0] || "text" in packets[0]).toBe(false);
  });

  test("counts packets in the codec's clock, as long as asked", () => {
    const wide = Object.assign(new L16(16000), { clockRate: 48000 });
    const encoder = new Encoder(wide, { packetMs: 40 });
    const packets = encoder.push(frame(1280, { sampleRate: 16000 }));
    expect(packets.map(({ timestamp, duration }) => [timestamp, duration])).toEqual([
      [0, 1920],
      [1920, 1920],
    ]);
    expect(packets[0].payload.length).toBe(1280);
  });

  test("a turn that ends in mid-packet is filled up with silence, not with the next turn", () => {
    const encoder = new Encoder(codec);
    const packets = [
      ...encoder.push(frame(200, { turn: 1 })),
      ...encoder.push(frame(160, { turn: 2 })),
    ];
    expect(shape(packets)).toEqual([
      [160, 1, undefined],
      [40, 1, undefined],
      [160, 2, undefined],
    ]);
  });

  test("the end of a turn does not wait for the next one", () => {
    const encoder = new Encoder(codec);
    expect(shape(encoder.push(frame(40, { turn: 1, endOfTurn: true })))).toEqual([
      [40, 1, undefined],
    ]);
    expect(encoder.flush()).toEqual([]);
  });

  test("words are in the packet that holds their first sample", () => {
    const encoder = new Encoder(codec);
    const packets = [
      ...encoder.push(frame(100, { text: "one" })),
      ...encoder.push(frame(300, { text: "two" })),
      ...encoder.push(frame(80, { text: "three" })),
      ...encoder.push(frame(160, { text: "four" })),
    ];
    expect(shape(packets)).toEqual([
      [160, undefined, "one two"],
      [160, undefined, undefined],
      [160, undefined, "three"],
      [160, undefined, "four"],
    ]);
  });

  test("words are never lost: not of a frame without sound, not at a change of turn, not at the end", () => {
    const encoder = new Encoder(codec);
    const packets = [
      ...encoder.push(frame(0, { turn: 1, text: "one" })),
      ...encoder.push(frame(40, { turn: 2, text: "two" })),
      ...encoder.push(frame(0, { turn: 3, text: "three" })),
      ...encoder.flush(),
    ];
    expect(shape(packets)).toEqual([[0, 1, "one"], [40, 2, "two"], [0, 3, "three"]]);
  });

  test("the last packet of a turn says that it is the last, whole or filled up", () => {
    for (const length of [320, 200]) {
      const encoder = new Encoder(codec);
      const packets = encoder.push(frame(length, { turn: 1, endOfTurn: true }));
      expect(packets.map((packet) => packet.endOfTurn)).toEqual([undefined, true]);
    }
  });

  test("any cutting of a conversation keeps each word, its turn and their order", () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 300; round++) {
      const encoder = new Encoder(codec);
      const said: string[] = [];
      const packets: EncodedFrame[] = [];
      for (let word = 0, turn = 0; word < 20; word++) {
        turn += random.uint32() % 4 === 0 ? 1 : 0;
        const text = random.uint32() % 2 ? `${turn}.${word}` : undefined;
        if (text) said.push(text);
        packets.push(...encoder.push(frame(random.uint32() % 200, { turn, text })));
      }
      packets.push(...encoder.flush());
      const heard = packets.flatMap((packet) => packet.text?.split(" ") ?? []);
      expect(heard).toEqual(said);
      for (const { text, turn } of packets) {
        for (const word of text?.split(" ") ?? []) expect(word.split(".")[0]).toBe(String(turn));
      }
    }
  });

  test("refuses sound at another rate, and packets of no length", () => {
    expect(() => new Encoder(codec).push(frame(160, { sampleRate: 16000 }))).toThrow(
      "Cannot encode L16 as its sound must have 8000 Hz: current value is 16000",
    );
    expect(() => new Encoder(codec, { packetMs: 0 })).toThrow(RangeError);
  });
});
