import { describe, expect, test } from "bun:test";
import type { AudioFrame, EncodedFrame } from "../../src/audio/mod.ts";
import { concatSamples } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { type Codec, type Concealer, Decoder, L16 } from "../../src/codec/mod.ts";

const codec = new L16(8000);

function audio(samples: Int16Array): EncodedFrame {
  return { kind: "audio", payload: codec.encode(samples), timestamp: 0, duration: samples.length };
}

function hole(kind: "lost" | "silence", duration: number, payload = new Uint8Array(0)) {
  return { kind, payload, timestamp: 0, duration };
}

/** Fills holes with a number that says what filled them, and adds 1 to the first good sample. */
function marker(): Concealer {
  return {
    good: (samples) => samples.with(0, samples[0] + 1),
    conceal: (count) => new Int16Array(count).fill(-1),
    silence: (count, payload) => new Int16Array(count).fill(-2 - payload.length),
  };
}

function shape(frames: readonly AudioFrame[]): unknown[] {
  return frames.map(({ timestamp, concealed }) => concealed ? [timestamp, "concealed"] : timestamp);
}

describe("Decoder", () => {
  test("packets of 10, 20, 30 and 60 ms become frames of 20 ms that tile", () => {
    const random = new SeededRandom(3);
    const decoder = new Decoder(codec);
    const sound = Int16Array.from({ length: 8000 }, () => random.uint32());
    const frames: AudioFrame[] = [];
    for (let position = 0; position < sound.length;) {
      const end = position + [80, 160, 240, 480][random.uint32() % 4];
      frames.push(...decoder.push(audio(sound.slice(position, end))));
      position = end;
    }
    frames.push(...decoder.flush());
    expect(frames.map((frame) => frame.timestamp)).toEqual(frames.map((_, index) => index * 160));
    expect(frames.every((frame) => frame.samples.length === 160 && frame.sampleRate === 8000)).toBe(
      true,
    );
    expect(frames.some((frame) => frame.concealed)).toBe(false);
    expect(concatSamples(frames.map((frame) => frame.samples))).toEqual(sound);
  });

  test("a frame is concealed if any of its samples is, and only then", () => {
    const decoder = new Decoder(codec);
    const frames = [
      ...decoder.push(audio(new Int16Array(240))),
      ...decoder.push(hole("lost", 240)), // ends 320..480
      ...decoder.push(audio(new Int16Array(240))), // 480..720
      ...decoder.push(hole("lost", 40)), // 720..760
      ...decoder.push(audio(new Int16Array(40))), // 760..800, in the frame of 640
      ...decoder.push(audio(new Int16Array(160))), // 800..960
    ];
    expect(shape(frames)).toEqual([
      0,
      [160, "concealed"],
      [320, "concealed"],
      480,
      [640, "concealed"],
      800,
    ]);
  });

  test("a rest that was concealed stays so when flushed, and one that was not does not", () => {
    const lost = new Decoder(codec);
    lost.push(hole("lost", 80));
    expect(shape(lost.flush())).toEqual([[0, "concealed"]]);
    expect(lost.flush()).toEqual([]);
    const good = new Decoder(codec);
    good.push(audio(new Int16Array(80)));
    expect(shape(good.flush())).toEqual([0]);
  });

  test("silence and loss go to the concealer, and so does what was good", () => {
    const decoder = new Decoder(codec, { concealer: marker() });
    const frames = [
      ...decoder.push(audio(new Int16Array(160).fill(7))),
      ...decoder.push(hole("lost", 160)),
      ...decoder.push(hole("silence", 160)),
      ...decoder.push(hole("silence", 160, Uint8Array.of(40))),
    ];
    expect(frames.map((frame) => [frame.samples[0], frame.samples[1]])).toEqual([
      [8, 7],
      [-1, -1],
      [-2, -2],
      [-3, -3],
    ]);
  });

  test("without a concealer, holes are silent", () => {
    const decoder = new Decoder(codec);
    decoder.push(audio(new Int16Array(160).fill(1000)));
    for (const kind of ["lost", "silence"] as const) {
      const [frame] = decoder.push(hole(kind, 160));
      expect(frame.samples).toEqual(new Int16Array(160));
      expect(frame.concealed).toBe(true);
    }
  });

  test("a payload that is none of the codec's is as good as lost", () => {
    const decoder = new Decoder(codec, { concealer: marker() });
    const [frame] = decoder.push({ ...hole("lost", 160), kind: "audio" });
    expect([frame.concealed, frame.samples[5]]).toEqual([true, -1]);
  });

  test("a codec that can recover is asked first, with the packet after the gap", () => {
    const asked: unknown[] = [];
    const recovering: Codec = Object.assign(new L16(8000), {
      recover: (samples: number, next?: Uint8Array) => {
        asked.push([samples, next]);
        return new Int16Array(samples).fill(5);
      },
    });
    const decoder = new Decoder(recovering, { concealer: marker() });
    const next = Uint8Array.of(1);
    const [frame] = decoder.push({ ...hole("lost", 160), next });
    expect(asked).toEqual([[160, next]]);
    // The concealer hears it, to go on from there.
    expect([frame.samples[0], frame.samples[1], frame.concealed]).toEqual([6, 5, true]);
  });

  test("a gap is counted in the codec's clock and filled at its rate", () => {
    const wide: Codec = Object.assign(new L16(16000), { clockRate: 48000 });
    const frames = new Decoder(wide).push(hole("lost", 1920));
    expect(frames.map((frame) => frame.samples.length)).toEqual([320, 320]);
  });
});
