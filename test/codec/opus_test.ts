import { beforeAll, describe, expect, test } from "bun:test";
import { memoryUsage } from "node:process";
import { concatSamples, rmsLevel, tone } from "../../src/audio/mod.ts";
import { SeededRandom } from "../../src/clock/mod.ts";
import { createOpus, OpusCodec } from "../../src/codec/opus.ts";
import { loadResampler, Resampler } from "../../src/resample/mod.ts";
import { speech } from "../support/speech.ts";

const FRAME = 320;
const opus = { name: "opus", clockRate: 48000, channels: 2, payloadType: 111 };

/** 10 s of a person speaking, at 16 kHz, in frames of 20 ms. */
let frames: Int16Array[] = [];

beforeAll(async () => {
  await loadResampler();
  const resampler = new Resampler(8000, 16000);
  const sound = resampler.push(speech(0, 10));
  resampler.close();
  frames = cut(sound, FRAME);
});

describe("OpusCodec", () => {
  test("speech comes back as it was, 6.5 ms later", () => {
    const codec = new OpusCodec();
    const heard = concatSamples(frames.map((frame) => codec.decode(codec.encode(frame))));
    codec.close();
    expect(heard.length).toBe(frames.length * FRAME);
    expect(likeness(concatSamples(frames), heard, 104)).toBeGreaterThan(0.95);
    expect(rmsLevel(heard) - rmsLevel(concatSamples(frames))).toBeCloseTo(0, 0);
  });

  test("takes samples, not bytes: a full-scale frame does not wrap around", () => {
    const codec = new OpusCodec();
    const loud = cut(tone([300], 400, { sampleRate: 16000, levelDb: 0 }), FRAME);
    const heard = concatSamples(loud.map((frame) => codec.decode(codec.encode(frame))));
    codec.close();
    expect(likeness(concatSamples(loud), heard, 104)).toBeGreaterThan(0.9);
  });

  test.each([[40], [80], [160], [320], [640], [960]])("a packet of %d samples", (length) => {
    const codec = new OpusCodec();
    const payload = codec.encode(
      frames[100].slice(0, length).length === length
        ? frames[100].slice(0, length)
        : concatSamples(frames.slice(100, 103)).slice(0, length),
    );
    expect(codec.durationOf(payload)).toBe(length * 3);
    expect(codec.decode(payload).length).toBe(length);
    codec.close();
  });

  test("refuses another length, options libopus refuses, and to be used when closed", () => {
    const codec = new OpusCodec();
    expect(() => codec.encode(new Int16Array(321))).toThrow("current value is 321");
    expect(() => new OpusCodec({ complexity: 11 })).toThrow(
      "must accept complexity: current value is 11",
    );
    codec.close();
    codec.close();
    expect(() => codec.encode(new Int16Array(320))).toThrow("must not be closed");
    expect(() => codec.decode(Uint8Array.of(0x48, 0))).toThrow("must not be closed");
  });

  test("400 live at once, the heap grown many times, each as if alone", () => {
    const rounds = 5;
    const voice = (call: number, round: number) => frames[(call * 7 + round) % frames.length];
    const codecs = Array.from({ length: 400 }, () => new OpusCodec());
    const heard: Int16Array[][] = codecs.map(() => []);
    for (let round = 0; round < rounds; round++) {
      codecs.forEach((codec, call) => {
        heard[call].push(codec.decode(codec.encode(voice(call, round))));
      });
    }
    codecs.forEach((codec) => codec.close());
    for (const call of [0, 1, 79, 80, 81, 250, 399]) {
      const alone = new OpusCodec();
      const expected = Array.from(
        { length: rounds },
        (_, round) => alone.decode(alone.encode(voice(call, round))),
      );
      alone.close();
      expect(heard[call]).toEqual(expected);
    }
  }, 60_000);

  test("10,000 made and closed leave nothing behind", () => {
    const churn = (count: number) => {
      for (let i = 0; i < count; i++) new OpusCodec().close();
    };
    churn(1000);
    const before = memoryUsage().rss;
    churn(10_000);
    // Each holds 90 kB: a tenth of them lost would be 90 MB.
    expect(memoryUsage().rss - before).toBeLessThan(60e6);
  }, 60_000);

  test("any bytes give sound as long as they say, and the next good packet is heard", () => {
    const random = new SeededRandom(6);
    const codec = new OpusCodec();
    const good = frames.slice(100, 150).map((frame) => codec.encode(frame));
    for (let round = 0; round < 4000; round++) {
      const bytes = round % 2
        ? Uint8Array.from({ length: random.uint32() % 200 }, () => random.uint32())
        : good[round % 50].slice();
      for (let i = 0; i < 3 && bytes.length > 0; i++) {
        bytes[random.uint32() % bytes.length] = random.uint32();
      }
      expect(codec.decode(bytes).length).toBe(codec.durationOf(bytes) / 3);
      codec.recover(FRAME, bytes);
    }
    expect(codec.decode(new Uint8Array(65536)).length).toBe(160);
    const heard = concatSamples(good.map((payload) => codec.decode(payload)));
    codec.close();
    const fresh = new OpusCodec();
    const sent = concatSamples(good.map((payload) => fresh.decode(payload)));
    fresh.close();
    expect(likeness(sent.subarray(FRAME * 10), heard.subarray(FRAME * 10), 0))
      .toBeGreaterThan(0.99);
  });
});

describe("OpusCodec.recover", () => {
  /** Decodes with every fifth packet lost; gives the sound, and how near the lost frames are in dB. */
  function lose(
    payloads: readonly Uint8Array[],
    rebuild: (codec: OpusCodec, k: number) => Int16Array,
  ) {
    const [whole, broken] = [new OpusCodec(), new OpusCodec()];
    let [signal, noise] = [0, 0];
    payloads.forEach((payload, k) => {
      const sent = whole.decode(payload);
      const lost = k % 5 === 3 && k + 1 < payloads.length;
      const heard = lost ? rebuild(broken, k) : broken.decode(payload);
      expect(heard.length).toBe(sent.length);
      if (!lost) return;
      sent.forEach((sample, i) => {
        signal += sample ** 2;
        noise += (sample - heard[i]) ** 2;
      });
    });
    whole.close();
    broken.close();
    return 10 * Math.log10(signal / noise);
  }

  function encodeAll(codec: OpusCodec): Uint8Array[] {
    const payloads = frames.map((frame) => codec.encode(frame));
    codec.close();
    return payloads;
  }

  test("20 % of packets lost: the copy in the next one is far nearer than a guess, and that than nothing", () => {
    const payloads = encodeAll(new OpusCodec());
    const copied = lose(payloads, (codec, k) => codec.recover(FRAME, payloads[k + 1]));
    const guessed = lose(payloads, (codec) => codec.recover(FRAME));
    expect(guessed).toBeGreaterThan(0.5);
    expect(copied).toBeGreaterThan(guessed + 5);
  });

  test("a gap of several packets ends with the copy and begins with a guess", () => {
    const payloads = encodeAll(new OpusCodec());
    const [a, b] = [new OpusCodec(), new OpusCodec()];
    for (const payload of payloads.slice(0, 150)) {
      a.decode(payload);
      b.decode(payload);
    }
    const gap = a.recover(3 * FRAME, payloads[153]);
    const guess = b.recover(2 * FRAME);
    const copy = b.recover(FRAME, payloads[153]);
    expect(gap).toEqual(concatSamples([guess, copy]));
    a.close();
    b.close();
  });

  test("a guess dies away, from whatever packet it goes on", () => {
    for (const packetSamples of [160, 320, 960]) {
      const codec = new OpusCodec();
      const loudest = frames.findIndex((frame) => rmsLevel(frame) > -15);
      const sound = concatSamples(frames.slice(0, 3 * Math.ceil((loudest + 1) / 3)));
      for (const piece of cut(sound, packetSamples)) codec.decode(codec.encode(piece));
      const guess = codec.recover(10 * FRAME);
      codec.close();
      expect(guess.length).toBe(10 * FRAME);
      const [start, end] = [guess.subarray(0, FRAME), guess.subarray(9 * FRAME)];
      expect(rmsLevel(start)).toBeGreaterThan(-50);
      expect(rmsLevel(end)).toBeLessThan(rmsLevel(start) - 10);
    }
  });

  test("before the first packet, and of any length, it is as long as asked", () => {
    const codec = new OpusCodec();
    for (const samples of [0, 1, 160, 320, 1000]) {
      expect(codec.recover(samples)).toEqual(new Int16Array(samples));
    }
    const payload = encodeAll(new OpusCodec())[200];
    expect(codec.recover(100, payload).length).toBe(100);
    codec.close();
  });
});

describe("createOpus", () => {
  /** Bytes per packet, and the share of packets with a copy of the one before. */
  function measure(fmtp?: string): [bytes: number, copies: number] {
    const codec = createOpus({ ...opus, fmtp });
    const payloads = frames.map((frame) => codec.encode(frame));
    codec.close();
    const bytes = payloads.reduce((sum, payload) => sum + payload.length, 0);
    const copies = payloads.filter((payload) => (payload[1] & 0x40) !== 0).length;
    return [bytes / payloads.length, copies / payloads.length];
  }

  test("sends copies only to whom can use them", () => {
    expect(measure("useinbandfec=1")[1]).toBeGreaterThan(0.4);
    expect(measure("minptime=10; useinbandfec=1 ;x")[1]).toBeGreaterThan(0.4);
    expect(measure("useinbandfec=0")[1]).toBe(0);
    expect(measure(undefined)[1]).toBe(0);
  });

  test("sends no more bits than the other side takes", () => {
    const [usual] = measure("useinbandfec=1");
    expect(usual).toBeLessThan((24000 / 8 / 50) * 1.1);
    expect(measure("maxaveragebitrate=12000")[0]).toBeLessThan((12000 / 8 / 50) * 1.1);
    expect(measure("useinbandfec=1;maxaveragebitrate=510000")[0]).toBe(usual);
    expect(measure("useinbandfec=1;maxaveragebitrate=nonsense")[0]).toBe(usual);
  });
});

function cut(sound: Int16Array, length: number): Int16Array[] {
  const count = Math.floor(sound.length / length);
  return Array.from({ length: count }, (_, k) => sound.slice(k * length, (k + 1) * length));
}

/** The correlation of two sounds, the second late by `delay` samples: 1 is the same. */
function likeness(sent: Int16Array, heard: Int16Array, delay: number): number {
  let [both, ours, theirs] = [0, 0, 0];
  for (let i = 0; i + delay < heard.length; i++) {
    both += sent[i] * heard[i + delay];
    ours += sent[i] ** 2;
    theirs += heard[i + delay] ** 2;
  }
  return both / Math.sqrt(ours * theirs);
}
